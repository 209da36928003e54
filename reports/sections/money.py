"""What was paid above contract, and what is owed back for what was billed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from analytics import pricing, words
from analytics.pricing.billing_rows import Credit
from domain.interval import Interval
from reports.audiences import Audience
from reports.document import Column, Figure, Made, Section, Unit
from reports.sections.asking import Answers, Asked, Part, Values, counted, listing, paged, plain, whole

_LEAKAGE = (
    Column("purchase_order_id", "Order"),
    Column("line", "Line", Unit.COUNT),
    Column("contract_id", "Contract"),
    Column("supplier_id", "Supplier"),
    Column("facility_id", "Facility"),
    Column("item_id", "Item"),
    Column("ordered", "Ordered", Unit.TIME),
    Column("quantity", "Quantity", Unit.MONEY, shown=False),
    Column("price", "Paid", Unit.MONEY),
    Column("contract_price", "Contract", Unit.MONEY),
    Column("overpaid", "Overpaid", Unit.MONEY),
    Column("currency", "Currency"),
    Column("cause", "Cause"),
)
_CREDITS = (
    Column("supplier_id", "Supplier"),
    Column("invoice_id", "Invoice"),
    Column("line", "Line", Unit.COUNT),
    Column("contract_id", "Contract"),
    Column("facility_id", "Facility"),
    Column("item_id", "Item"),
    Column("invoiced", "Invoiced", Unit.TIME),
    Column("purchase_order_id", "Order", shown=False),
    Column("ordered", "Ordered", Unit.TIME, shown=False),
    Column("quantity", "Quantity", Unit.MONEY, shown=False),
    Column("price", "Billed", Unit.MONEY),
    Column("contract_price", "Contract", Unit.MONEY),
    Column("due", "Due", Unit.MONEY),
    Column("currency", "Currency"),
    Column("kind", "Kind"),
)
_OWED = (
    Column("supplier_id", "Supplier"),
    Column("contract_id", "Contract"),
    Column("credit_due", "Credit due", Unit.MONEY),
    Column("rebill_due", "Rebill due", Unit.MONEY),
    Column("currency", "Currency"),
    Column("invoices", "Invoices", Unit.COUNT),
    Column("oldest", "Oldest", Unit.TIME),
)
RULES = (
    "Paid above contract is quantity × (price paid − contract price in force when ordered), both for the unit ordered, over order lines of the week; lines at or below the contract price add nothing and are not set off.",
    "A credit is due for quantity × (price billed − contract price in force when its order was placed) where that is above zero, over invoice lines of the week; what was billed below is a rebill and not set off against it.",
    "Causes of overpayment, the first that holds: stale (ordered before the price was loaded), retroactive (before it was known), expired (at a price that held before), other.",
    "Lines with an expired or tiered price, another currency or an unknown unit conversion cannot be compared and are in no total. Nothing is added up across currencies.",
)


def measure(answers: Answers, interval: Interval, audience: Audience) -> Values:
    home = answers.configuration.organisation.currency
    paid = _paid(answers, interval, audience)
    owed: dict[str, Decimal] = {home: Decimal(0)}
    for credit in credits_of(answers, interval, audience):
        owed[credit.currency] = owed.get(credit.currency, Decimal(0)) + credit.credit_due
    return {
        **{f"overpaid.{currency}": f"{amount:f}" for currency, (amount, _) in paid.items()},
        **{f"credit_due.{currency}": f"{amount:f}" for currency, amount in owed.items()},
        "wrong_price_lines": sum(lines for _, lines in paid.values()),
    }


def measure_past(answers: Answers, weeks: Sequence[Interval], audience: Audience) -> tuple[Values, ...]:
    """The same for weeks that follow each other, oldest first, at the price of one."""
    whole_of, starts = Interval(weeks[0].start, weeks[-1].end), tuple(week.start for week in weeks)
    home = answers.configuration.organisation.currency
    values: list[Values] = [{f"overpaid.{home}": "0", f"credit_due.{home}": "0", "wrong_price_lines": 0} for _ in weeks]
    for row in answers.ask(pricing.overpaid_by_period, whole_of, starts):
        if audience.supplier in ("", row.supplier_id):
            _add(values[row.period], f"overpaid.{row.currency}", row.amount)
            values[row.period]["wrong_price_lines"] = whole(values[row.period]["wrong_price_lines"]) + row.lines
    for row in answers.ask(pricing.credits_by_period, whole_of, starts):
        if audience.supplier in ("", row.supplier_id):
            _add(values[row.period], f"credit_due.{row.currency}", row.amount)
    return tuple(values)


def _add(values: Values, name: str, amount: Decimal) -> None:
    values[name] = f"{Decimal(str(values.get(name) or 0)) + amount:f}"


def _paid(answers: Answers, interval: Interval, audience: Audience) -> dict[str, tuple[Decimal, int]]:
    """Currency → overpaid and lines; the home currency always."""
    found = {answers.configuration.organisation.currency: (Decimal(0), 0)}
    if audience.supplier:
        groups = answers.ask(pricing.by, interval, "supplier", limit=100_000)
        return found | {row.currency: (row.overpaid, row.lines) for row in groups if row.group == audience.supplier}
    return found | {row.currency: (row.overpaid, row.wrong_price_lines) for row in answers.ask(pricing.total, interval)}


def credits_of(answers: Answers, interval: Interval, audience: Audience) -> tuple[Credit, ...]:
    rows = answers.ask(pricing.credits_due, interval, limit=100_000)
    return tuple(row for row in rows if audience.supplier in ("", row.supplier_id))


def build(asked: Asked) -> Part:
    if asked.audience.party:
        return Part(None)
    paid, more_paid = paged(lambda limit, offset: asked.answers.ask(pricing.lines, asked.interval, limit=limit, offset=offset))
    supplier = asked.audience.supplier or None
    due, more_due = paged(
        lambda limit, offset: asked.answers.ask(
            pricing.credit_lines, asked.interval, supplier=supplier, limit=limit, offset=offset
        )
    )
    chosen = [row for row in paid if asked.audience.supplier in ("", row.supplier_id)]
    told = ({**plain(row), "kind": "credit" if row.due > 0 else "rebill"} for row in due)
    owed = credits_of(asked.answers, asked.interval, asked.audience)
    lists = (
        listing("leakage", "Order lines paid above contract", _LEAKAGE, map(plain, chosen), key=("purchase_order_id", "line", "supplier_id"), **_cut(more_paid)),
        listing("owed", "Credits and rebills due", _OWED, map(plain, owed), key=("supplier_id", "contract_id", "currency")),
        listing("credits", "Invoice lines billed otherwise than agreed", _CREDITS, told, key=("supplier_id", "invoice_id", "line"), **_cut(more_due)),
    )  # fmt: skip
    shown = ((lists[0].id, 12), (lists[1].id, 12)) if paid or owed else ()
    return Part(Section("money", _title(asked), says=_says(asked), listings=shown), _figures(asked), lists, RULES)


def _cut(more: bool) -> dict[str, Any]:
    return {
        "more": int(more),
        "note": "There are more lines than are listed, the dearest first; ask the API for all." if more else "",
    }


def _currencies(asked: Asked, name: str) -> Iterable[str]:
    """The home currency first, then every other with something in it."""
    home = asked.configuration.organisation.currency
    others = sorted({n.partition(".")[2] for n in asked.history[0] if n.startswith(f"{name}.")} - {home})
    return (home, *others)


def _figures(asked: Asked) -> tuple[Figure, ...]:
    home = asked.configuration.organisation.currency
    found = [
        _amount(
            asked,
            "overpaid",
            "Paid above contract",
            currency,
            Made("leakage", "sum", "overpaid", (("currency", (currency,)),)),
            home,
        )
        for currency in _currencies(asked, "overpaid")
    ]
    found.append(asked.figure("wrong_price_lines", "Order lines paid above contract", Unit.COUNT, Made("leakage"), "down"))
    owed = (("kind", ("credit",)),)
    found += [
        _amount(
            asked, "credit_due", "Credits due", currency, Made("credits", "sum", "due", (*owed, ("currency", (currency,)))), home
        )
        for currency in _currencies(asked, "credit_due")
    ]
    return tuple(found)


def _amount(asked: Asked, name: str, label: str, currency: str, made: Made, home: str) -> Figure:
    shown = label if currency == home else f"{label}, {currency}"
    return asked.figure(f"{name}.{currency}", shown, Unit.MONEY, made, "down", currency=currency, tile=currency == home)


def _title(asked: Asked) -> str:
    lines = whole(asked.value("wrong_price_lines"))
    owed = _amounts(asked, "credit_due")
    if not lines and not owed:
        return "Nothing paid above contract and no credit due"
    paid = _amounts(asked, "overpaid") or words.money(Decimal(0), asked.configuration.organisation.currency)
    return f"{paid} paid above contract on {counted(lines, 'order line')}" + (f"; {owed} of credits due" if owed else "")


def _amounts(asked: Asked, name: str) -> str:
    amounts = [(currency, Decimal(str(asked.value(f"{name}.{currency}") or 0))) for currency in _currencies(asked, name)]
    return " and ".join(words.money(amount, currency) for currency, amount in amounts if amount)


def _says(asked: Asked) -> tuple[str, ...]:
    """What is in no total, so that nobody takes silence for zero."""
    if asked.audience.supplier:
        return ()
    reasons: Sequence[Any] = asked.answers.ask(pricing.not_comparable_reasons, asked.interval)
    return tuple(
        f"Not comparable and in no total: {counted(row.lines, 'order line')}, {words.money(row.spend, row.currency)} (reason: {row.reason})."
        for row in reasons
    )
