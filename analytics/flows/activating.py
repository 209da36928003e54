"""Contracts by line: which are loaded everywhere, which are proven by an order; and how fresh the stored instances are."""

from __future__ import annotations

from typing import Any

from analytics.context import Context
from analytics.flows.plan import definition, over_instances, parameters, step_number
from analytics.flows.remaining import remaining
from analytics.flows.way_rows import Activation, FlowLag
from analytics.sla.progress import NEVER
from domain.flows import Flow
from domain.interval import Interval
from store.query import Query

_ACTIVATION = over_instances("activation.sql")
_LAG = Query.beside(__file__, "lag.sql")


def contract_flow(context: Context) -> Flow | None:
    """The configured flow that follows a contract through its facilities; None where there is none."""
    return next((f for f in context.configuration.flows if f.key == "contract" and f.per_facility), None)


def activation(context: Context, interval: Interval, *, contract: str | None = None, limit: int = 200) -> tuple[Activation, ...]:
    """Contracts alive in the interval, as they stood at its end: rejected ones first, then incomplete ones, then the newest."""
    flow = contract_flow(context)
    if flow is None:
        return ()
    given = parameters(context, interval, flow, contract) | {"remaining": remaining(context, flow), "limit": limit}
    rows = context.store.records(_ACTIVATION.of(flow, contract), proven=step_number(flow, flow.proven_at), **given)
    return tuple(_activation(row) for row in rows)


def _activation(row: dict[str, Any]) -> Activation:
    values = {name: value for name, value in row.items() if name != "effective_us"}
    return Activation(**values | {"facilities": tuple(row["facilities"])})


def lag(context: Context) -> tuple[FlowLag, ...]:
    """How far the stored instances of every configured flow are behind what was received."""
    known = {row["flow"]: row for row in context.store.records(_LAG)}
    return tuple(_lag(context, flow, known.get(flow.id)) for flow in context.configuration.flows)


def _lag(context: Context, flow: Flow, row: dict[str, Any] | None) -> FlowLag:
    if row is None:
        return FlowLag(flow.id, None, None, False, "", False)
    reached = None if row["watermark"] == NEVER else row["watermark"]
    behind = (context.now - reached).total_seconds() if reached else None
    return FlowLag(
        flow.id, reached, behind, bool(row["passing"]), row["after_key"], row["definition"] == definition(context, flow)
    )
