"""What should have been paid, worked out line by line in plain Python with fractions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

_SINGLE = {"EA"}
_OPEN_ENDED = datetime(2299, 12, 31, tzinfo=UTC)


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
    tier: str = ""
    source_id: str = ""

    @property
    def end(self) -> datetime:
        return self.valid_to or _OPEN_ENDED


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
class Reached:
    """A facility ('' is all) is on a tier of a contract from `time` on."""

    contract_id: str
    facility_id: str
    tier: str
    time: datetime


@dataclass(frozen=True)
class Stretch:
    """A price as far as it holds at one facility. own: said of the facility, by name or by its tier."""

    price: Price
    own: bool
    start: datetime
    end: datetime


@dataclass(frozen=True)
class Verdict:
    """contract_price, known_price: per unit ordered. overpaid is of comparable lines only. reason: '' when comparable."""

    reason: str
    overpaid: Decimal = Decimal(0)
    stale: bool = False
    cause: str = ""
    contract_price: Decimal | None = None
    known_price: Decimal | None = None


def judge(line: Line, prices: Sequence[Price], loads: Sequence[Load], reached: Sequence[Reached] = ()) -> Verdict:
    """The price in force of the line's contract (or supplier), the facility's own before the one of everywhere."""
    party = [p for p in prices if p.item_id == line.item_id and _is_of(line, p)]
    stretches = [s for p in party for s in _stretches(p, line.facility_id, reached)]
    chosen, in_force = _chosen(line, stretches)
    if chosen is None:
        return Verdict(
            "tier" if any(p.tier and p.facility_id == "" and p.valid_from <= line.ordered for p in party) else "no_price"
        )
    if not in_force:
        return Verdict("expired")
    if line.currency != chosen.price.currency:
        return Verdict("currency")
    if not _unit_agrees(line, chosen.price):
        return Verdict("unit")
    agreed = _each(line, chosen.price)
    overpaid = _rounded(Fraction(line.quantity) * (Fraction(line.price) - agreed))
    contract_price, known_price = _rounded(agreed), _known_price(line, stretches)
    if overpaid <= 0:
        return Verdict("", overpaid, False, "", contract_price, known_price)
    stale = _stale(line, chosen, prices, loads, reached)
    everything = [s for p in prices if p.item_id == line.item_id for s in _stretches(p, line.facility_id, reached)]
    if stale:
        cause = "stale"
    elif known_price != contract_price:
        cause = "retroactive"
    else:
        cause = "expired" if any(_asks(s, line) for s in everything) else "other"
    return Verdict("", overpaid, stale, cause, contract_price, known_price)


def _is_of(line: Line, price: Price) -> bool:
    return price.contract_id == line.contract_id if line.contract_id else price.supplier_id == line.supplier_id


def _stretches(price: Price, facility: str, reached: Sequence[Reached]) -> list[Stretch]:
    if price.facility_id not in ("", facility):
        return []
    if not price.tier:
        return [Stretch(price, price.facility_id != "", price.valid_from, price.end)]
    steps = sorted(
        (r for r in reached if r.contract_id == price.contract_id and r.facility_id in ("", facility)), key=lambda r: r.time
    )
    ends = [*(r.time for r in steps[1:]), _OPEN_ENDED][: len(steps)]
    return [
        Stretch(price, True, max(price.valid_from, step.time), min(price.end, end))
        for step, end in zip(steps, ends, strict=True)
        if step.tier == price.tier and price.valid_from < end and step.time < price.end
    ]


def _chosen(line: Line, stretches: Sequence[Stretch]) -> tuple[Stretch | None, bool]:
    """The stretch the line is held against, and whether it is in force."""
    own, everywhere = (_newest(line, [s for s in stretches if s.own is side]) for side in (True, False))
    for each in (own, everywhere):
        if each and line.ordered < each.end:
            return each, True
    return own or everywhere, False


def _newest(line: Line, stretches: Sequence[Stretch]) -> Stretch | None:
    return max((s for s in stretches if s.start <= line.ordered), key=_order, default=None)


def _order(each: Stretch) -> tuple[datetime, datetime, datetime, str]:
    return each.start, each.price.valid_from, each.price.known_from, each.price.source_id


def _known_price(line: Line, stretches: Sequence[Stretch]) -> Decimal | None:
    known, in_force = _chosen(line, [s for s in stretches if s.price.known_from <= line.ordered])
    if known is None or not in_force or line.currency != known.price.currency or not _unit_agrees(line, known.price):
        return None
    return _rounded(_each(line, known.price))


def _each(line: Line, price: Price) -> Fraction:
    return Fraction(price.price) * line.pack_factor / price.pack_factor


def _unit_agrees(line: Line, price: Price) -> bool:
    known = all(one.pack_factor > 1 or one.uom in _SINGLE for one in (line, price))
    return (line.uom, line.pack_factor) == (price.uom, price.pack_factor) or known


def _asks(each: Stretch, line: Line) -> bool:
    terms = (each.price.price, each.price.currency, each.price.uom, each.price.pack_factor)
    return each.start <= line.ordered and terms == (line.price, line.currency, line.uom, line.pack_factor)


def _terms(each: Stretch) -> tuple[object, ...]:
    return each.end, each.price.price, each.price.currency, each.price.uom, each.price.pack_factor


def _stale(line: Line, chosen: Stretch, prices: Sequence[Price], loads: Sequence[Load], reached: Sequence[Reached]) -> bool:
    price = chosen.price
    of_line = [p for p in prices if (p.contract_id, p.item_id) == (price.contract_id, price.item_id)]
    place = [s for p in of_line for s in _stretches(p, line.facility_id, reached) if s.own is chosen.own]
    beside = [s for s in place if s.start == chosen.start]
    known = min(s.price.known_from for s in beside if _terms(s) == _terms(chosen))
    evidence = [
        m for m in loads if (m.contract_id, m.facility_id, m.item_id) == (price.contract_id, line.facility_id, line.item_id)
    ]
    if any(_terms(s) != _terms(chosen) and s.price.known_from < known for s in beside):
        evidence = [m for m in evidence if m.time >= known]
    elif chosen.start != min(s.start for s in place):
        evidence = [m for m in evidence if m.time >= min(chosen.start, known)]
    loaded = min((m.time for m in evidence if m.milestone == "erp_loaded"), default=None)
    return bool(evidence) and (loaded is None or line.ordered < loaded)


def _rounded(value: Fraction) -> Decimal:
    exact = (Decimal(value.numerator) / Decimal(value.denominator)) if value else Decimal(0)
    return exact.quantize(Decimal("0.000001"), ROUND_HALF_UP)
