"""Answers about money. Amounts are Decimal in `currency`; nothing is summed across currencies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

# Why a line was dearer than the price in force, the first that holds: ordered before the price was loaded (stale), before it was
# known (retroactive), at a price that held before (expired), none of these (other).
Cause = Literal["stale", "retroactive", "expired", "other"]
# Why a line is in no figure: the facility has reached no tier of a tiered price, the price had run out, another currency, a unit without
# known conversion.
Reason = Literal["tier", "expired", "currency", "unit"]


@dataclass(frozen=True, slots=True)
class LeakageLine:
    """A PO line paid above the contract price in force when it was ordered.

    stale: ordered while the price was being loaded at the facility but had not been yet (the stale window).
    contract_price is for the unit ordered and as known today; known_price is what was known to be in force when ordering, None
    when no comparable price was. overpaid > 0.
    """

    purchase_order_id: str
    line: int
    facility_id: str
    supplier_id: str
    contract_id: str
    item_id: str
    ordered: datetime
    quantity: Decimal
    price: Decimal
    contract_price: Decimal
    known_price: Decimal | None
    overpaid: Decimal
    currency: str
    stale: bool
    cause: Cause


@dataclass(frozen=True, slots=True)
class LeakageTotal:
    """Totals over the interval and the one before. overpaid is the sum of its four causes; not_comparable: lines with their spend.

    compared_lines and spend cover lines with a comparable contract price; lines without any contract price are not in either.
    """

    currency: str
    overpaid: Decimal
    stale_overpaid: Decimal
    other_overpaid: Decimal
    wrong_price_lines: int
    wrong_price_orders: int
    compared_lines: int
    spend: Decimal
    not_comparable_lines: int
    not_comparable_spend: Decimal
    previous_overpaid: Decimal
    retroactive_overpaid: Decimal
    expired_overpaid: Decimal


@dataclass(frozen=True, slots=True)
class LeakageGroup:
    """Leakage of one contract, item, supplier or facility (`group` is its id). overpaid is the sum of its four causes."""

    group: str
    overpaid: Decimal
    stale_overpaid: Decimal
    lines: int
    orders: int
    currency: str
    retroactive_overpaid: Decimal
    expired_overpaid: Decimal
    other_overpaid: Decimal


@dataclass(frozen=True, slots=True)
class LeakagePoint:
    day: date
    overpaid: Decimal
    stale_overpaid: Decimal


@dataclass(frozen=True, slots=True)
class NotComparable:
    """A PO line that has or should have a contract price and cannot be held against it. spend: quantity × price paid; in no sum."""

    purchase_order_id: str
    line: int
    facility_id: str
    supplier_id: str
    contract_id: str
    item_id: str
    ordered: datetime
    quantity: Decimal
    uom: str
    price: Decimal
    spend: Decimal
    currency: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class NotComparableReason:
    reason: Reason
    currency: str
    lines: int
    orders: int
    spend: Decimal
