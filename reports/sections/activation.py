"""How long contracts take to become usable and every other flow to complete, and at which stage the time went."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from typing import Any

from analytics import flows, words
from analytics.flows.activating import contract_flow
from analytics.flows.plan import stages_of
from analytics.flows.rows import FlowInstance, FlowState, FlowSummary, StageTime
from domain.flows import Flow
from domain.interval import Interval
from reports.audiences import Audience
from reports.document import Column, Figure, Listing, Made, Section, Unit
from reports.sections import parties
from reports.sections.asking import Answers, Asked, Part, Values, counted, listing, paged, plain, whole

_COMPARED = (
    Column("median", "Median", Unit.SECONDS),
    Column("last_week", "Last week", Unit.SECONDS),
    Column("four_weeks", "Four-week mean", Unit.SECONDS),
    Column("year_ago", "A year ago", Unit.SECONDS),
    Column("p90", "Nine in ten", Unit.SECONDS),
)
_STAGES = (
    Column("flow", "Flow", shown=False),
    Column("stage", "Stage"),
    Column("party", "Whose turn"),
    Column("instances", "Instances", Unit.COUNT),
    *_COMPARED,
)
_FLOWS = (
    Column("flow", "Flow"),
    Column("completed", "Completed", Unit.COUNT),
    Column("stuck", "Stuck", Unit.COUNT),
    Column("at_risk", "At risk", Unit.COUNT),
    *_COMPARED,
)
_INSTANCES = (
    Column("key", "Contract"),
    Column("facility_id", "Facility"),
    Column("item_id", "Item"),
    Column("supplier_id", "Supplier"),
    Column("started", "Started", Unit.TIME),
    Column("completed", "Completed", Unit.TIME),
    Column("seconds", "Took", Unit.SECONDS),
    Column("correlation_id", "Correlation ID", shown=False),
    Column("authority", "Issued by", shown=False),
    Column("effective", "Effective", shown=False),
)
RULES = (
    "Activation time runs from a contract line's first step to its completing one at a facility, in wall time, over those completed in the week. A stage is the time between two consecutive steps, over those that reached the later one in the week; medians are exact.",
    "The four-week mean is the mean of the four weekly figures before this week, over the weeks with data. A year ago is the same weekdays 52 weeks before.",
)


def measure(answers: Answers, interval: Interval, audience: Audience) -> Values:
    values: Values = {}
    for summary in summaries(answers, interval, audience):
        values |= {f"flow.{summary.flow}": summary.median_seconds}
        values |= {
            f"stage.{s.flow}.{s.to_milestone}": s.median_seconds for s in stages(answers, interval, audience, summary.flow)
        }
        if (flow := contract_flow(answers.context)) and flow.id == summary.flow:
            values |= {"activations": summary.completed, "activation_median": summary.median_seconds}
    return values


def summaries(answers: Answers, interval: Interval, audience: Audience) -> tuple[FlowSummary, ...]:
    if audience.supplier:
        return tuple(
            _summed(flow, of_supplier(answers, interval, flow, audience.supplier)) for flow in answers.configuration.flows
        )
    return answers.ask(flows.summary, interval)


def stages(answers: Answers, interval: Interval, audience: Audience, flow: str) -> tuple[StageTime, ...]:
    """Of a partner its own stages; of a supplier those of its own instances."""
    configured = answers.configuration.flow(flow)
    if audience.supplier and configured is not None:
        return tuple(_timed(configured, of_supplier(answers, interval, configured, audience.supplier), interval))
    rows = answers.ask(flows.stages, interval, flow)
    return tuple(row for row in rows if audience.party in ("", row.party))


def of_supplier(answers: Answers, interval: Interval, flow: Flow, supplier: str) -> tuple[FlowInstance, ...]:
    return tuple(row for row in _instances(answers, interval, flow.id)[0] if row.supplier_id == supplier)


def _instances(
    answers: Answers, interval: Interval, flow: str, state: FlowState | None = None
) -> tuple[tuple[FlowInstance, ...], bool]:
    return paged(lambda limit, offset: answers.ask(flows.instances, interval, flow=flow, state=state, limit=limit, offset=offset))


def _summed(flow: Flow, rows: tuple[FlowInstance, ...]) -> FlowSummary:
    states = [row.state for row in rows]
    done = [row.total_seconds for row in rows if row.state is FlowState.COMPLETED]
    median, p90 = _quantiles(done) if done else (None, None)
    return FlowSummary(
        flow.id, len(rows), len(done), states.count(FlowState.IN_FLIGHT), states.count(FlowState.STUCK), median, p90, 0, 0, None, None,
        states.count(FlowState.AT_RISK), states.count(FlowState.ABANDONED),
    )  # fmt: skip


def _timed(flow: Flow, rows: tuple[FlowInstance, ...], interval: Interval) -> Iterator[StageTime]:
    for first, second in stages_of(flow):
        before, after = flow.milestones[first - 1], flow.milestones[second - 1]
        took: list[float] = []
        for row in rows:
            times = dict(zip(row.milestones, row.milestone_times, strict=True))
            if before.id in times and after.id in times and times[after.id] >= interval.start:
                took.append((times[after.id] - times[before.id]).total_seconds())
        if took:
            yield StageTime(flow.id, before.id, after.id, after.party.value, len(took), *_quantiles(took))


def _quantiles(values: list[float]) -> tuple[float, float]:
    """Median and p90, interpolated as the store does."""
    if len(values) == 1:
        return values[0], values[0]
    return statistics.median(values), statistics.quantiles(values, n=10, method="inclusive")[8]


def build(asked: Asked) -> Part:
    rows = [row for row in summaries(asked.answers, asked.interval, asked.audience) if row.instances]
    timed = [s for row in rows for s in stages(asked.answers, asked.interval, asked.audience, row.flow)]
    lists = [
        listing("flows", "Flows", _FLOWS, (_flow(asked, row) for row in rows), key=("flow",), compared=True),
        listing("stages", "Stages", _STAGES, (_stage(asked, row) for row in timed), key=("flow", "stage"), compared=True),
    ]
    flow = contract_flow(asked.context)
    if flow is None or asked.audience.party:
        section = Section("activation", "Cycle times", listings=(("stages", 40),)) if timed else None
        return Part(section, (), tuple(lists[1:]), RULES[1:])
    lists.append(_completed(asked, flow))
    shown = (("stages", 40), ("flows", 20)) if rows else ()
    section = Section("activation", _title(asked), chart="stages" if timed else "", listings=shown)
    return Part(section, _figures(asked), tuple(lists), RULES)


def _completed(asked: Asked, flow: Flow) -> Listing:
    rows, more = _instances(asked.answers, asked.interval, flow.id, FlowState.COMPLETED)
    chosen = [row for row in rows if asked.audience.supplier in ("", row.supplier_id)]
    told = ({**plain(row), "seconds": row.total_seconds} for row in chosen)
    note = "More lines were completed than are listed; ask the API for all." if more else ""
    key = ("key", "facility_id", "item_id", "authority", "effective")
    return listing("activations", "Contract lines completed", _INSTANCES, told, key=key, more=int(more), note=note)


def _flow(asked: Asked, row: FlowSummary) -> dict[str, Any]:
    configured = asked.configuration.flow(row.flow)
    name = configured.name if configured else row.flow
    return {
        **plain(row),
        **asked.compared(f"flow.{row.flow}"),
        "flow": name,
        "median": row.median_seconds,
        "p90": row.p90_seconds,
    }


def _stage(asked: Asked, row: StageTime) -> dict[str, Any]:
    configured = asked.configuration.flow(row.flow)
    names = {m.id: m.name for m in configured.milestones} if configured else {}
    stage = f"{names.get(row.from_milestone, row.from_milestone)} → {names.get(row.to_milestone, row.to_milestone)}"
    return {
        **asked.compared(f"stage.{row.flow}.{row.to_milestone}"), "flow": configured.name if configured else row.flow, "stage": stage,
        "party": parties.name(row.party), "instances": row.instances, "median": row.median_seconds, "p90": row.p90_seconds,
    }  # fmt: skip


def _figures(asked: Asked) -> tuple[Figure, ...]:
    return (
        asked.figure("activations", "Contract lines made usable", Unit.COUNT, Made("activations"), "up"),
        asked.figure("activation_median", "Contract activation, median", Unit.SECONDS, Made("activations", "median", "seconds"), "down", tile=True),
    )  # fmt: skip


def _title(asked: Asked) -> str:
    done, median = whole(asked.value("activations")), asked.value("activation_median")
    if not done or median is None:
        return "No contract line was completed this week"
    before = asked.compared("activation_median")["last_week"]
    against = f", {words.duration(float(before))} the week before" if before is not None else ""
    return f"{counted(done, 'contract line')} made usable in {words.duration(float(median))} at the median{against}"
