"""Whether every step of every escalation ran: read from the record, apart from what runs them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from alerts import record
from alerts.incidents import Incident, IncidentState
from alerts.on_call import escalation
from alerts.on_call.escalation import Plan
from analytics.context import Context
from domain.interval import Interval

log = structlog.get_logger("alerts")
# Rounds of alerting are seconds apart; a store that is slow for a while is no missed step.
GRACE = timedelta(minutes=2)


class StepsMissed(Exception):
    """Steps of an escalation were due and did not run; the message names them."""


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One step of one incident. outcome: on time, late, waited, missed, stopped (the incident ended, was acknowledged or snoozed
    before it), ahead. due None: it was never due. ran: None where it did not. told: ids of people."""

    incident_id: str
    policy: str
    step: int
    name: str
    outcome: str
    due: datetime | None
    ran: datetime | None
    told: tuple[str, ...]
    reason: str


def audit(incidents: Iterable[Incident], now: datetime) -> tuple[AuditRow, ...]:
    """Every step of the incidents' plans. What is missed is due longer than GRACE without a reason to wait."""
    return tuple(row for incident in incidents for row in _rows(incident, escalation.read(incident.policy), now))


def _rows(incident: Incident, plan: Plan | None, now: datetime) -> Iterator[AuditRow]:
    if plan is None:
        return
    for ran in plan.ran:
        outcome = "on time" if not ran.late else "waited" if ran.waited_for else "late"
        name = plan.steps[ran.step].name
        yield AuditRow(incident.incident_id, plan.policy, ran.step, name, outcome, ran.due, ran.at, ran.told, ran.waited_for)
    for step in range(len(plan.ran), len(plan.steps)):
        due = plan.due_at(step)
        outcome, reason = _not_run(incident, plan, due, now)
        yield AuditRow(incident.incident_id, plan.policy, step, plan.steps[step].name, outcome, due, None, (), reason)


def _not_run(incident: Incident, plan: Plan, due: datetime | None, now: datetime) -> tuple[str, str]:
    """(outcome, reason) of a step that did not run. The end of a gap in which nobody ran steps is judged as of the incident's end."""
    until = incident.resolved or incident.clear_since or plan.paused or incident.acknowledged or now
    if due is not None and due + GRACE < until:
        return ("waits", plan.held) if plan.held else ("missed", "")
    if incident.state is not IncidentState.OPEN:
        return "stopped", "resolved"
    if plan.paused or incident.acknowledged:
        return "stopped", f"acknowledged by {incident.acknowledged_by}" if incident.acknowledged else "snoozed"
    return "ahead", plan.held


def history(context: Context, back: timedelta) -> tuple[AuditRow, ...]:
    """Steps of all incidents that were open within that time, as the record has them."""
    lately = Interval(context.now - back, context.now + GRACE)
    return audit(record.incidents(context, lately, limit=100_000), context.now)


def step(context: Context) -> int:
    """Look through the open incidents; how many steps ran or are ahead. Raises StepsMissed, which the job table and alarms show."""
    rows = audit(record.incidents(context, open_only=True, limit=100_000), context.now)
    missed = [row for row in rows if row.outcome == "missed"]
    for row in missed:
        log.error("escalation step missed", incident=row.incident_id, step=row.name, due=row.due)
    if missed:
        first = missed[0]
        raise StepsMissed(
            f"{len(missed)} escalation steps were due and did not run, first {first.name} of incident {first.incident_id}, due "
            f"{first.due:%Y-%m-%d %H:%M:%S} UTC; look at the job that decides alerts"
        )
    return len(rows)
