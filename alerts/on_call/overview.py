"""Who is on call now and next, the shifts ahead, and which incidents escalate: the same rows for page, API and terminal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from alerts import record
from alerts.on_call import escalation, overrides, schedules
from alerts.on_call.schedules import Shift
from analytics.context import Context
from domain.interval import Interval

_FAR = timedelta(days=35)


@dataclass(frozen=True, slots=True)
class DutyRow:
    """A schedule at this moment. person and name "": nobody. until: when somebody else has it; None, with next_person "": nobody else
    within five weeks."""

    schedule: str
    name: str
    time_zone: str
    person: str
    person_name: str
    why: str
    until: datetime | None
    next_person: str
    next_name: str


@dataclass(frozen=True, slots=True)
class EscalationRow:
    """An open incident with a policy. next_step, next_at: what happens if nobody answers; "" and None: nothing more.

    state: "waits for its first message", "runs", "stopped: …", "waits: …" or "all steps done".
    """

    incident_id: str
    title: str
    policy: str
    state: str
    steps_run: int
    steps: int
    told: tuple[str, ...]
    next_step: str
    next_at: datetime | None


def on_duty(context: Context) -> tuple[DutyRow, ...]:
    """Every schedule, in the order of the configuration."""
    found, now = overrides.effective(context), context.now
    rows = []
    for schedule in found.schedules:
        duty, following = schedules.on_call(schedule, now, found), schedules.after(schedule, now, found, _FAR)
        rows.append(DutyRow(
            schedule.id, schedule.name or schedule.id, schedule.time_zone, duty.person, _name(context, duty.person), duty.why,
            following.start if following else None, following.person if following else "", _name(context, following.person) if following else "",
        ))  # fmt: skip
    return tuple(rows)


def shifts(context: Context, interval: Interval, schedule: str = "") -> tuple[Shift, ...]:
    """Shifts of every schedule, or of one, cut to the interval; time of nobody included."""
    found = overrides.effective(context, ended=interval.start < context.now)
    chosen = (one for one in found.schedules if schedule in ("", one.id))
    return tuple(shift for one in chosen for shift in schedules.shifts(one, interval, found))


def escalations(context: Context) -> tuple[EscalationRow, ...]:
    """Open incidents with a policy, the one that escalates next first."""
    rows = []
    for incident in record.incidents(context, open_only=True, limit=10_000):
        plan = escalation.read(incident.policy)
        if plan is not None:
            following = plan.next_due()
            told = tuple(dict.fromkeys(_name(context, person) for ran in plan.ran for person in ran.told))
            rows.append(EscalationRow(
                incident.incident_id, incident.title, plan.policy, _state(plan, incident.acknowledged_by), len(plan.ran),
                len(plan.steps), told, plan.steps[len(plan.ran)].name if following else "", following,
            ))  # fmt: skip
    return tuple(sorted(rows, key=lambda row: (row.next_at is None, row.next_at or context.now, row.incident_id)))


def _state(plan: escalation.Plan, acknowledged_by: str) -> str:
    if plan.began is None:
        return "waits for its first message"
    if plan.paused is not None:
        return f"stopped: acknowledged by {acknowledged_by}" if acknowledged_by else "stopped: snoozed"
    if len(plan.ran) >= len(plan.steps):
        return "all steps done"
    return f"waits: {plan.held}" if plan.held else "runs"


def _name(context: Context, person: str) -> str:
    found = context.configuration.person(person)
    return found.name if found else person
