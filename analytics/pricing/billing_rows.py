"""Answers about invoices and about how much of the spend the contracts reach. Amounts are Decimal in `currency`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal


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


@dataclass(frozen=True, slots=True)
class ExceptionCause:
    """Invoice lines with one kind of exception by the interface failure behind them; failure_class '' when there is none."""

    failure_class: str
    failure_interface: str
    exception: str
    lines: int
    invoices: int
    facilities: int
    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class Credit:
    """What was billed otherwise than agreed by a supplier under a contract.

    credit_due: billed above the price in force when ordered, the supplier owes it to us. rebill_due: billed below it, we owe it to
    the supplier. Neither is set off against the other. oldest: when the first of these lines was invoiced.
    """

    supplier_id: str
    contract_id: str
    currency: str
    credit_due: Decimal
    rebill_due: Decimal
    credit_lines: int
    rebill_lines: int
    invoices: int
    oldest: datetime


@dataclass(frozen=True, slots=True)
class CreditLine:
    """An invoice line billed otherwise than agreed. due > 0: a credit from the supplier, due < 0: a rebill of theirs.

    contract_price is per unit billed, in force at `ordered`, as known today; retroactive: that was not the price known then.
    """

    supplier_id: str
    invoice_id: str
    line: int
    purchase_order_id: str
    facility_id: str
    contract_id: str
    item_id: str
    invoiced: datetime
    ordered: datetime
    quantity: Decimal
    price: Decimal
    contract_price: Decimal
    due: Decimal
    currency: str
    retroactive: bool


@dataclass(frozen=True, slots=True)
class RealisedSpend:
    """Spend by whether a contract price was in force. on_contract + off_contract + not_comparable = spend.

    at_contract_price is the part of on_contract that was paid at or below the price. off_contract: no contract has a price of the item there.
    group is '' for the total.
    """

    group: str
    currency: str
    spend: Decimal
    on_contract: Decimal
    at_contract_price: Decimal
    off_contract: Decimal
    not_comparable: Decimal
    lines: int
    off_contract_lines: int


@dataclass(frozen=True, slots=True)
class PerfectOrders:
    """Orders against the perfect order of GHX and SMI; group is '' for the total.

    pending: not yet acknowledged or invoiced, with nothing wrong so far and younger than 30 days; they are in no rate. rate: perfect of the
    others, None without any. An order may miss for several reasons and is counted under each.
    """

    group: str
    orders: int
    pending: int
    perfect: int
    without_acknowledgement: int
    without_invoice: int
    with_exception: int
    with_failure: int
    not_filled_first_time: int
    rate: float | None


@dataclass(frozen=True, slots=True)
class Touchless:
    """Invoices that nobody had to look at; group is '' for the total. rate and exception_rate: of all invoices, None without any."""

    group: str
    invoices: int
    touchless: int
    with_exception: int
    with_failure: int
    rate: float | None
    exception_rate: float | None
