"""Invoices: which exceptions follow an interface failure, what is owed back, how much of the spend the contracts reach, perfect orders."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Literal

from analytics.context import Context
from analytics.pricing.billing_rows import (
    Credit,
    CreditLine,
    ExceptionCause,
    InvoiceException,
    PerfectOrders,
    RealisedSpend,
    Touchless,
)
from analytics.pricing.questions import judged, parameters
from domain.configuration import Configuration
from domain.interval import Interval
from store.query import Query

SpendGroup = Literal["", "contract", "item", "supplier", "facility"]
RateGroup = Literal["", "supplier", "facility"]
# After so long an order that is not acknowledged and invoiced is no longer on its way.
_SETTLED = timedelta(days=30)
_ACKNOWLEDGED = "acknowledged"


def _explained(file: str) -> Query:
    """Exceptions and what explains them, asked by `file`."""
    return Query(
        f"pricing/{file.removesuffix('.sql')}", Query.beside(__file__, "explained.sql").text + Query.beside(__file__, file).text
    )


EXCEPTIONS = _explained("exceptions.sql")
CAUSES = _explained("exception_causes.sql")
CREDITS = judged("billed.sql", "credits.sql")
CREDIT_LINES = judged("billed.sql", "credit_lines.sql")
REALISED = judged("ordered.sql", "realised.sql")
PERFECT = Query.beside(__file__, "perfect_orders.sql")
TOUCHLESS = Query.beside(__file__, "touchless.sql")


def invoice_exceptions(context: Context, interval: Interval, limit: int = 200) -> tuple[InvoiceException, ...]:
    """Lines invoiced in `interval` with an exception, newest first, each with the interface failure that explains it best."""
    return context.store.rows(EXCEPTIONS, InvoiceException, **_asked(context, interval), limit=limit)


def exception_causes(context: Context, interval: Interval, limit: int = 200) -> tuple[ExceptionCause, ...]:
    """The same exceptions counted by the failure behind them, the dearest first."""
    return context.store.rows(CAUSES, ExceptionCause, **_asked(context, interval), limit=limit)


def credits_due(context: Context, interval: Interval, limit: int = 200) -> tuple[Credit, ...]:
    """Credits and rebills due for what was invoiced in `interval`, by supplier and contract, the largest credit first.

    A line is owed quantity × (price billed − contract price in force when its order was placed), both for the unit billed.
    """
    return context.store.rows(CREDITS, Credit, **parameters(context, interval), limit=limit)


def credit_lines(
    context: Context, interval: Interval, *, supplier: str | None = None, limit: int = 200, offset: int = 0
) -> tuple[CreditLine, ...]:
    """The invoice lines those amounts are made of, the largest first; of one supplier, or of all."""
    given = parameters(context, interval) | {"supplier": supplier or "", "limit": limit, "offset": offset}
    return context.store.rows(CREDIT_LINES, CreditLine, **given)


def realised_spend(context: Context, interval: Interval, group: SpendGroup = "", limit: int = 200) -> tuple[RealisedSpend, ...]:
    """Spend ordered in `interval` on and off contract, as a total or by `group`; one row per currency of each, the largest first."""
    return context.store.rows(REALISED, RealisedSpend, **parameters(context, interval), group=group, limit=limit)


def perfect_orders(context: Context, interval: Interval, group: RateGroup = "", limit: int = 200) -> tuple[PerfectOrders, ...]:
    """How many orders placed in `interval` were perfect, the worst first.

    The Perfect Order of GHX and the Strategic Marketplace Initiative: acknowledged and invoiced; no exception of item, unit of measure,
    price or quantity and no rejection; filled at the first time. A failure counts unless its class is transient; a flow of orders
    without a step `acknowledged` asks for none.
    """
    flow = next((flow for flow in context.configuration.flows if flow.key == "purchase_order"), None)
    steps = [milestone.id for milestone in flow.milestones] if flow else []
    given = _rated(context, interval, group, limit) | {
        "settled": context.now - _SETTLED,
        "flow": flow.id if flow else "",
        "acknowledged": _ACKNOWLEDGED if _ACKNOWLEDGED in steps else "",
    }
    return context.store.rows(PERFECT, PerfectOrders, **given)


def touchless(context: Context, interval: Interval, group: RateGroup = "", limit: int = 200) -> tuple[Touchless, ...]:
    """How many invoices of `interval` needed no hand, the worst first: straight-through processing as Ardent Partners counts it
    (State of ePayables: touchless 24 % on average, 65 % at the best; exceptions 22.6 % against 10.1 %).
    """
    return context.store.rows(TOUCHLESS, Touchless, **_rated(context, interval, group, limit))


def _asked(context: Context, interval: Interval) -> dict[str, Any]:
    return {"start": interval.start, "end": interval.end} | context.scope.parameters()


def _rated(context: Context, interval: Interval, group: RateGroup, limit: int) -> dict[str, Any]:
    transient = _transient(context.configuration)
    return _asked(context, interval) | {"group": group, "limit": limit, "now": context.now, "transient": transient}


def _transient(configuration: Configuration) -> tuple[str, ...]:
    """Classes of failures that end by themselves when tried again."""
    return tuple(each.id for each in configuration.failure_classes if each.transient)
