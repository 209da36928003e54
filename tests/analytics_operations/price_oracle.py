"""What should have been paid, worked out line by line in plain Python with fractions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

_SINGLE = {"EA"}


@dataclass(frozen=True)
class Price:
    contract_id: str
    item_id: str
    facility_id: str
    supplier_id: str
    price: Decimal
    currency: str
    uom: str
    pack_factor: int
    valid_from: datetime
    valid_to: datetime | None
    known_from: datetime


@dataclass(frozen=True)
class Line:
    purchase_order_id: str
    line: int
    facility_id: str
    supplier_id: str
    contract_id: str
    item_id: str
    quantity: Decimal
    price: Decimal
    currency: str
    uom: str
    pack_factor: int
    ordered: datetime


@dataclass(frozen=True)
class Load:
    contract_id: str
    facility_id: str
    item_id: str
    time: datetime
    milestone: str


@dataclass(frozen=True)
class Verdict:
    """price None: there is none. overpaid is of comparable lines only."""

    price: Price | None
    comparable: bool
    overpaid: Decimal
    stale: bool


def judge(line: Line, prices: Sequence[Price], loads: Sequence[Load]) -> Verdict:
    """The price in force of the line's contract (or supplier), the facility's own before the one of everywhere."""
    own = _newest(line, [p for p in prices if p.facility_id == line.facility_id])
    everywhere = _newest(line, [p for p in prices if p.facility_id == ""])
    in_force = [p for p in (own, everywhere) if p and (p.valid_to is None or line.ordered < p.valid_to)]
    if not in_force:
        return Verdict(own or everywhere, False, Decimal(0), False)
    price = in_force[0]
    if not _comparable(line, price):
        return Verdict(price, False, Decimal(0), False)
    each = Fraction(line.price) - Fraction(price.price) * line.pack_factor / price.pack_factor
    overpaid = _rounded(Fraction(line.quantity) * each)
    return Verdict(price, True, overpaid, overpaid > 0 and _stale(line, price, prices, loads))


def _newest(line: Line, prices: Sequence[Price]) -> Price | None:
    party = [p for p in prices if (p.contract_id == line.contract_id if line.contract_id else p.supplier_id == line.supplier_id)]
    effective = [p for p in party if p.item_id == line.item_id and p.valid_from <= line.ordered]
    return max(effective, key=lambda p: p.valid_from, default=None)


def _comparable(line: Line, price: Price) -> bool:
    known = all(one.pack_factor > 1 or one.uom in _SINGLE for one in (line, price))
    same = (line.uom, line.pack_factor) == (price.uom, price.pack_factor)
    return line.currency == price.currency and (same or known)


def _stale(line: Line, price: Price, prices: Sequence[Price], loads: Sequence[Load]) -> bool:
    place = (price.contract_id, price.item_id, price.facility_id)
    first = min(p.valid_from for p in prices if (p.contract_id, p.item_id, p.facility_id) == place)
    evidence = [
        m for m in loads if (m.contract_id, m.facility_id, m.item_id) == (price.contract_id, line.facility_id, line.item_id)
    ]
    if price.valid_from != first:
        evidence = [m for m in evidence if m.time >= min(price.valid_from, price.known_from)]
    loaded = min((m.time for m in evidence if m.milestone == "erp_loaded"), default=None)
    return bool(evidence) and (loaded is None or line.ordered < loaded)


def _rounded(value: Fraction) -> Decimal:
    exact = (Decimal(value.numerator) / Decimal(value.denominator)) if value else Decimal(0)
    return exact.quantize(Decimal("0.000001"), ROUND_HALF_UP)
