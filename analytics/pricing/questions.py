"""What was ordered above contract, where, and why; what could not be compared, and what no contract covers."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from analytics.context import Context
from analytics.pricing.rows import LeakageGroup, LeakageLine, LeakagePoint, LeakageTotal, NotComparable, NotComparableReason
from domain.configuration import Configuration
from domain.flows import Flow
from domain.interval import Interval
from store.query import Query

Group = Literal["contract", "item", "supplier", "facility"]
# Codes of one single piece in X12 (EA, UN, PC) and UN/ECE Recommendation 20 (C62, H87, EA): their pack is 1 by definition.
_SINGLE_UNITS = ("EA", "EACH", "UN", "PC", "PCE", "C62", "H87")
# The step at which the ERP knows the price, in flows that have it; otherwise a line counts as loaded when it is complete.
_ERP_LOAD = "erp_loaded"


def judged(subject: str, file: str) -> Query:
    """The lines of `subject`, judged against contract prices and asked by `file`."""
    parts = (subject, "compared.sql", file)
    text = "".join(Query.beside(__file__, part).text for part in parts)
    return Query(f"pricing/{Path(file).stem}", text)


def _compared(file: str) -> Query:
    return judged("ordered.sql", file)


TOTAL = _compared("total.sql")
LINES = _compared("lines.sql")
BY = _compared("by.sql")
TREND = _compared("trend.sql")
NOT_COMPARABLE = _compared("not_comparable.sql")
REASONS = _compared("not_comparable_reasons.sql")


def total(context: Context, interval: Interval) -> tuple[LeakageTotal, ...]:
    """Money paid above contract for lines ordered in `interval`, per currency, the dearest first; empty without priced lines.

    A line is overpaid by quantity × (price paid − contract price), both for the unit ordered, rounded to a millionth of the
    currency; lines at or below the contract price count as compared and add nothing.
    """
    given = parameters(context, Interval(interval.before().start, interval.end)) | {"split": interval.start}
    return context.store.rows(TOTAL, LeakageTotal, **given)


def lines(context: Context, interval: Interval, *, limit: int = 200, offset: int = 0) -> tuple[LeakageLine, ...]:
    """The overpaid lines ordered in `interval`, the dearest first. contract_price is per the unit ordered."""
    return context.store.rows(LINES, LeakageLine, **parameters(context, interval), limit=limit, offset=offset)


def by(context: Context, interval: Interval, group: Group, limit: int = 20) -> tuple[LeakageGroup, ...]:
    """Overpaid money of each contract, item, supplier or facility, the dearest first; one row per currency of each."""
    return context.store.rows(BY, LeakageGroup, **parameters(context, interval), group=group, limit=limit)


def trend(context: Context, interval: Interval) -> tuple[LeakagePoint, ...]:
    """Overpaid money per day of ordering, in the organisation's currency and time zone; days without any are left out."""
    organisation = context.configuration.organisation
    given = parameters(context, interval) | {"zone": organisation.time_zone, "currency": organisation.currency}
    return context.store.rows(TREND, LeakagePoint, **given)


def not_comparable(context: Context, interval: Interval, *, limit: int = 200, offset: int = 0) -> tuple[NotComparable, ...]:
    """Lines ordered in `interval` that cannot be held against their contract price, the dearest first; they are in no other sum."""
    return context.store.rows(NOT_COMPARABLE, NotComparable, **parameters(context, interval), limit=limit, offset=offset)


def not_comparable_reasons(context: Context, interval: Interval) -> tuple[NotComparableReason, ...]:
    """The same lines counted by reason and currency, the dearest first."""
    return context.store.rows(REASONS, NotComparableReason, **parameters(context, interval))


def parameters(context: Context, interval: Interval) -> dict[str, Any]:
    """What judging lines takes."""
    return {
        "start": interval.start,
        "end": interval.end,
        "single_units": _SINGLE_UNITS,
        **_load_of(context.configuration),
        **context.scope.parameters(),
    }


def _load_of(configuration: Configuration) -> dict[str, Any]:
    """Which milestone says that a contract line is loaded; without a flow of contracts no line is known to be stale."""
    flow = _contract_flow(configuration)
    if flow is None:
        return {"flow": "", "loaded": "", "until_loaded": [], "per_facility": 0, "per_line": 0}
    steps = [milestone.id for milestone in flow.milestones]
    loaded = _ERP_LOAD if _ERP_LOAD in steps else flow.completes_at
    return {
        "flow": flow.id,
        "loaded": loaded,
        "until_loaded": steps[: steps.index(loaded) + 1],
        "per_facility": int(flow.per_facility),
        "per_line": int(flow.per_line),
    }


def _contract_flow(configuration: Configuration) -> Flow | None:
    flows = [flow for flow in configuration.flows if flow.key == "contract"]
    return next((flow for flow in flows if flow.per_facility), flows[0] if flows else None)
