"""The weekly SLA report: what it holds and how it is built."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from analytics import activity, batches, failures, flows, pricing, sla
from analytics.activity.rows import Sight
from analytics.batches.rows import BatchRun
from analytics.context import Context
from analytics.failures.rows import ClassCount, FailureGroup
from analytics.flows.rows import FlowSummary, StageTime
from analytics.pricing.rows import LeakageGroup, LeakageTotal
from analytics.sla.rows import Attainment, Breach, SlaState, SlaStatus
from analytics.words import money
from domain.configuration import Configuration
from domain.interval import Interval
from reports.weeks import IsoWeek

_BREACHES, _FAILURES, _CONTRACTS = 50, 10, 10


@dataclass(frozen=True, slots=True)
class FlowWeek:
    """A flow's week: its summary, where the time went, and where it went in the week before."""

    name: str
    summary: FlowSummary
    stages: tuple[StageTime, ...]
    stages_before: tuple[StageTime, ...]

    def stage_before(self, stage: StageTime) -> StageTime | None:
        """The same stage in the week before; None when no instance passed it then."""
        same = (s for s in self.stages_before if (s.from_milestone, s.to_milestone) == (stage.from_milestone, stage.to_milestone))
        return next(same, None)


@dataclass(frozen=True, slots=True)
class BatchWeek:
    """Runs of a week. late_or_failed: runs that failed or ended partial; control_total_off: runs whose totals disagree."""

    runs: int
    succeeded: int
    failed_or_partial: tuple[BatchRun, ...]
    control_total_off: tuple[BatchRun, ...]


@dataclass(frozen=True, slots=True)
class WeeklyReport:
    """Everything the report says. Amounts are per currency; breaches: those open when it was made first; `more_breaches` counts those beyond the listed ones."""

    week: str
    interval: Interval
    organisation: str
    zone: str
    made: datetime
    fingerprint: str
    headline: str
    attainment: Attainment
    slas: tuple[SlaStatus, ...]
    breaches: tuple[Breach, ...]
    more_breaches: int
    open_breaches: int
    flows: tuple[FlowWeek, ...]
    failure_classes: tuple[ClassCount, ...]
    open_failures: tuple[FailureGroup, ...]
    money: tuple[LeakageTotal, ...]
    money_by_contract: tuple[LeakageGroup, ...]
    batches: BatchWeek
    sight: Sight
    configuration: Configuration


def build(context: Context, week: IsoWeek) -> WeeklyReport:
    """The report of `week`, from the questions the pages ask, as known at the context's clock."""
    organisation = context.configuration.organisation
    interval = week.interval(organisation.time_zone)
    breaches = sorted(sla.breaches(context, interval), key=lambda breach: breach.closed is not None)
    status, totals = sla.status(context, interval), pricing.total(context, interval)
    attainment = sla.attainment(context, interval)
    return WeeklyReport(
        week=str(week),
        interval=interval,
        organisation=organisation.name,
        zone=organisation.time_zone,
        made=context.now,
        fingerprint=context.configuration.fingerprint,
        headline=headline(attainment, status, totals),
        attainment=attainment,
        slas=status,
        breaches=tuple(breaches[:_BREACHES]),
        more_breaches=max(0, len(breaches) - _BREACHES),
        open_breaches=sum(breach.closed is None for breach in breaches),
        flows=_flows(context, interval, week.previous().interval(organisation.time_zone)),
        failure_classes=failures.by_class(context, interval)[:_FAILURES],
        open_failures=failures.groups(context, interval, state="open", limit=_FAILURES),
        money=totals,
        money_by_contract=pricing.by(context, interval, "contract", limit=_CONTRACTS),
        batches=_batches(batches.runs(context, interval, limit=10_000)),
        sight=activity.sight(context, interval),
        configuration=context.configuration,
    )


def headline(attainment: Attainment, status: tuple[SlaStatus, ...], totals: tuple[LeakageTotal, ...]) -> str:
    """The week in one sentence or two."""
    with_data = attainment.met + attainment.at_risk + attainment.missed
    if not with_data:
        said = "No SLA has data this week."
    elif attainment.missed:
        worst = next(s for s in status if s.state is SlaState.BREACHED)
        said = f"{attainment.missed} of {with_data} SLAs missed, first of all “{worst.name}”."
    else:
        said = f"All {with_data} SLAs with data met."
    paid = " and ".join(money(t.overpaid, t.currency) for t in totals if t.overpaid)
    return f"{said} {paid} paid above contract." if paid else said


def _flows(context: Context, interval: Interval, before: Interval) -> tuple[FlowWeek, ...]:
    names = {flow.id: flow.name for flow in context.configuration.flows}
    summaries = [s for s in flows.summary(context, interval) if s.instances or s.previous_completed]
    return tuple(
        FlowWeek(names.get(s.flow, s.flow), s, flows.stages(context, interval, s.flow), flows.stages(context, before, s.flow))
        for s in summaries
    )


def _batches(runs: tuple[BatchRun, ...]) -> BatchWeek:
    return BatchWeek(
        runs=len(runs),
        succeeded=sum(run.status == "succeeded" for run in runs),
        failed_or_partial=tuple(run for run in runs if run.status in ("failed", "partial"))[:20],
        control_total_off=tuple(run for run in runs if run.control_total_off)[:20],
    )
