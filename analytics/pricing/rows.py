"""Answers about money. Amounts are Decimal in `currency`; nothing is summed across currencies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class LeakageLine:
    """A PO line paid above the contract price in force when it was ordered.

    stale: ordered while the price was being loaded at the facility but had not been yet (the stale window).
    contract_price is for the unit ordered. overpaid > 0.
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
    overpaid: Decimal
    currency: str
    stale: bool


@dataclass(frozen=True, slots=True)
class LeakageTotal:
    """Totals over the interval and the one before. not_comparable: lines with another currency or UOM, or an expired price, with their spend.

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


@dataclass(frozen=True, slots=True)
class LeakageGroup:
    """Leakage of one contract, item, supplier or facility (`group` is its id)."""

    group: str
    overpaid: Decimal
    stale_overpaid: Decimal
    lines: int
    orders: int
    currency: str


@dataclass(frozen=True, slots=True)
class LeakagePoint:
    day: date
    overpaid: Decimal
    stale_overpaid: Decimal


@dataclass(frozen=True, slots=True)
class InvoiceException:
    """An invoice line with an exception, joined to the interface failure that explains it best; '' when there is none.

    A failure qualifies when it is of the same item at the facility, or of the same order, and was open at some time between
    ordering and invoicing. One of the item goes before one of the order, one open when ordering before a later one.
    """

    supplier_id: str
    invoice_id: str
    line: int
    purchase_order_id: str
    facility_id: str
    item_id: str
    exception: str
    invoiced: datetime
    amount: Decimal
    currency: str
    failure_class: str
    failure_interface: str
    failure_message: str
