"""How work travels: instances, their stages, and how long both take."""

from __future__ import annotations

from typing import Any, Literal

from analytics.context import Context
from analytics.flows import details
from analytics.flows.plan import over_instances, parameters, stages_of, step_number
from analytics.flows.remaining import remaining
from analytics.flows.rows import (
    ContractRow,
    CycleTimePoint,
    FlowInstance,
    FlowState,
    FlowSummary,
    GroupTime,
    QuestionableTime,
    StageTime,
)
from domain.flows import Flow
from domain.interval import Interval
from store.query import Query

_LISTED = over_instances("instances.sql")
_SUMMARY = over_instances("summary.sql")
_STAGES = over_instances("stages.sql")
_TREND = over_instances("trend.sql")
_BY_GROUP = over_instances("by_group.sql")
_CONTRACTS = over_instances("contracts.sql")
_QUESTIONABLE = Query.beside(__file__, "questionable_times.sql")


def instances(
    context: Context,
    interval: Interval,
    *,
    flow: str | None = None,
    state: FlowState | None = None,
    key: str | None = None,
    limit: int = 200,
    offset: int = 0,
) -> tuple[FlowInstance, ...]:
    """Instances alive in the interval as they stood at its end (or now): stuck ones first, then the newest.

    Alive: begun before the interval's end and not completed before its start. An unknown flow has none.
    """
    found: list[tuple[Flow, dict[str, Any]]] = []
    for configured in context.configuration.flows:
        if flow in (None, configured.id):
            given = parameters(context, interval, configured, key) | {"state": state or "", "limit": limit + offset}
            given["unfinished"] = int(state not in (None, FlowState.COMPLETED))
            parties = [m.party.value for m in configured.milestones]
            given["remaining"] = remaining(context, configured)
            found += [(configured, row) for row in context.store.records(_LISTED.of(configured, key), parties=parties, **given)]
    found.sort(key=lambda pair: (pair[1]["state"] != FlowState.STUCK, -pair[1]["started"].timestamp()))
    return details.completed(context, interval, found[offset : offset + limit])


def summary(context: Context, interval: Interval, *, flow: str | None = None) -> tuple[FlowSummary, ...]:
    """Counts and cycle times of every configured flow, or of `flow` alone, beside those of the interval before."""
    asked = (one for one in context.configuration.flows if flow in (None, one.id))
    return tuple(_summary(context, interval, one) for one in asked)


def _summary(context: Context, interval: Interval, flow: Flow) -> FlowSummary:
    rest = remaining(context, flow)
    now, before = (
        context.store.records(_SUMMARY.of(flow), **parameters(context, asked, flow) | {"remaining": rest})[0]
        for asked in (interval, interval.before())
    )
    median, p90 = _quantiles(now)
    previous_median, previous_p90 = _quantiles(before)
    return FlowSummary(
        flow.id, now["instances"], now["completed"], now["in_flight"], now["stuck"], median, p90,
        before["completed"], before["stuck"], previous_median, previous_p90, now["at_risk"], now["abandoned"],
    )  # fmt: skip


def stages(context: Context, interval: Interval, flow: str) -> tuple[StageTime, ...]:
    """Time from each milestone to the next, over instances that reached the later one in the interval. Unknown flow: none.

    A step reached before the one that should precede it counts with its negative time: nothing is dropped.
    """
    configured = context.configuration.flow(flow)
    if configured is None:
        return ()
    pairs = stages_of(configured)
    given = parameters(context, interval, configured)
    rows = context.store.records(
        _STAGES.of(configured), from_steps=[p[0] for p in pairs], to_steps=[p[1] for p in pairs], **given
    )
    return tuple(_stage(configured, row) for row in rows)


def _stage(flow: Flow, row: dict[str, Any]) -> StageTime:
    before, after = flow.milestones[row["from_step"] - 1], flow.milestones[row["to_step"] - 1]
    median, p90 = row["quantiles"]
    return StageTime(flow.id, before.id, after.id, after.party.value, row["instances"], median, p90)


def trend(context: Context, interval: Interval, flow: str) -> tuple[CycleTimePoint, ...]:
    """Cycle time by day of completion, in the organisation's zone; a day without completions has no point."""
    configured = context.configuration.flow(flow)
    if configured is None:
        return ()
    zone = context.configuration.organisation.time_zone
    rows = context.store.records(_TREND.of(configured), zone=zone, **parameters(context, interval, configured))
    return tuple(CycleTimePoint(r["day"], r["completed"], *r["quantiles"]) for r in rows)


def by_group(
    context: Context,
    interval: Interval,
    flow: str,
    group: Literal["facility", "supplier"] | str,
    *,
    late_milestone: tuple[str, str] | None = None,
) -> tuple[GroupTime, ...]:
    """Cycle times by facility, supplier or an attribute of the milestones, most instances first; '' groups those without it.

    late counts instances that reached `late_milestone[1]` after `late_milestone[0]`; 0 when not asked for.
    """
    configured = context.configuration.flow(flow)
    if configured is None:
        return ()
    due, late = (step_number(configured, m) for m in late_milestone or ("", ""))
    given = parameters(context, interval, configured) | {"group": group, "due_step": due, "late_step": late}
    return tuple(
        GroupTime(r["group"], r["instances"], r["completed"], *_quantiles(r), r["late"])
        for r in context.store.records(_BY_GROUP.of(configured), **given)
    )


def contracts(context: Context, interval: Interval, *, waiting_only: bool = False, limit: int = 200) -> tuple[ContractRow, ...]:
    """Activation by contract over its facilities and lines: stuck ones first, then incomplete ones, then the newest.

    Empty when no configured flow follows a contract through facilities.
    """
    flow = next((f for f in context.configuration.flows if f.key == "contract" and f.per_facility), None)
    if flow is None:
        return ()
    given = parameters(context, interval, flow) | {"waiting_only": int(waiting_only), "limit": limit}
    rows = context.store.records(_CONTRACTS.of(flow), **given)
    known = details.by_key(context, interval, flow, [r["contract_id"] for r in rows])
    return tuple(_contract(flow, row, *known.get((row["authority"], row["contract_id"]), ("", ""))) for row in rows)


def _contract(flow: Flow, row: dict[str, Any], correlation_id: str, supplier_id: str) -> ContractRow:
    step = flow.milestones[row["waiting_step"] - 1] if row["waiting_step"] else None
    return ContractRow(
        row["contract_id"], supplier_id, row["lines"], row["loaded"], row["stuck"], tuple(row["facilities"]),
        tuple(row["facilities_waiting"]), row["started"], step.id if step else "", step.party.value if step else "", correlation_id,
    )  # fmt: skip


def questionable_times(context: Context, *, limit: int = 200) -> tuple[QuestionableTime, ...]:
    """Milestones whose time cannot be right, newest receipt first: kept and listed, never used in a duration."""
    return context.store.rows(_QUESTIONABLE, QuestionableTime, limit=limit, **context.scope.parameters())


def _quantiles(row: dict[str, Any]) -> tuple[float | None, float | None]:
    """Median and p90, interpolated as pandas does; None when nothing completed."""
    if not row["completed"]:
        return None, None
    median, p90 = row["quantiles"]
    return median, p90
