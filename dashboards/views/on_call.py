"""On call: who has it now and next, the shifts ahead, what escalates, and whether every step ran."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import streamlit as st

from alerts.on_call import auditor, overrides, overview
from alerts.on_call.auditor import AuditRow
from alerts.on_call.overrides import DutyOverride
from alerts.on_call.overview import DutyRow, EscalationRow
from alerts.on_call.schedules import Shift
from analytics import words
from analytics.context import Context
from dashboards import source
from dashboards.components import states
from dashboards.components.questions import ask_now, panel
from dashboards.components.tables import table
from dashboards.components.view import View
from dashboards.text import counted, markdown
from dashboards.views import on_call_acting
from domain.interval import Interval

Row = dict[str, object]
_AHEAD, _BACK = timedelta(days=14), timedelta(days=7)
_OUTCOMES = {
    "on time": "✓ on time", "late": "! late", "waited": "! waited", "missed": "✕ missed", "stopped": "■ stopped", "ahead": "– ahead",
    "waits": "! waits",
}  # fmt: skip


def page() -> None:
    _page()
    if source.context().configuration.schedules:
        on_call_acting.form()


@st.fragment(run_every="15s")
def _page() -> None:
    view = View()
    with panel("on_call", 220):
        duty = ask_now(overview.on_duty, view)
        zone = source.context().configuration.organisation.time_zone
        st.title(markdown(finding(duty, zone)), anchor=False)
        states.as_of("every 15 s")
        if not duty:
            states.empty(
                "No schedule is configured.",
                "Name people, schedules and escalation_policies in the configuration, and give a route its escalation.",
            )
            return
        table([duty_row(row) for row in duty], key="duty", nothing="No schedule.", alt="Who is on call now and next, by schedule")
    with panel("escalations", 160):
        running = ask_now(overview.escalations, view)
        st.subheader(markdown(running_finding(running)), anchor=False)
        table(
            [escalation_row(row) for row in running], key="escalations", nothing="No open incident has an escalation policy.",
            alt="Open incidents that escalate: state, steps run, whom they told and what comes next",
        )  # fmt: skip
    with panel("shifts", 200):
        st.subheader("Shifts of the next two weeks", anchor=False)
        ahead = ask_now(shifts_ahead, view)
        names = {person.id: person.name for person in source.context().configuration.people}
        table([shift_row(s, names) for s in ahead], key="shifts", nothing="No shift.", alt="Shifts of the next two weeks")
    with panel("overrides", 160):
        asked = ask_now(overrides.overrides, view)
        st.subheader(markdown(override_finding(asked)), anchor=False)
        table(
            [override_row(one, names, source.context().now) for one in asked], key="overrides", nothing="No override is in force or to come.",
            alt="Overrides: whose, in which schedule, from when to when, asked by whom",
        )  # fmt: skip
    with panel("audit", 160):
        steps = ask_now(steps_lately, view)
        st.subheader(markdown(audit_finding(steps)), anchor=False)
        table(
            [audit_row(row) for row in steps], key="audit", nothing="No incident of the last week had an escalation policy.",
            alt="Every escalation step of the last week: when it was due, when it ran, whom it told", seconds=True,
        )  # fmt: skip


def shifts_ahead(context: Context) -> tuple[Shift, ...]:
    return overview.shifts(context, Interval(context.now, context.now + _AHEAD))


def steps_lately(context: Context) -> tuple[AuditRow, ...]:
    return auditor.history(context, _BACK)


def finding(duty: Sequence[DutyRow], zone: str) -> str:
    """One sentence: who is on call, or where nobody is."""
    if not duty:
        return "Nobody is on call: no schedule is configured"
    missing = [row.name for row in duty if not row.person]
    if missing:
        return f"Nobody is on call in {', '.join(missing)}"
    if len(duty) > 1:
        return f"{counted(len(duty), 'schedule')}, somebody on call in each"
    row = duty[0]
    until = f" until {words.when(row.until, zone)}" if row.until else ""
    return f"{row.person_name} is on call in {row.name}{until}"


def running_finding(running: Sequence[EscalationRow]) -> str:
    """One sentence: how many incidents nobody has acknowledged."""
    waiting = sum(row.next_at is not None for row in running)
    if not waiting:
        return "Nothing escalates"
    return f"{counted(waiting, 'incident')} will be escalated unless somebody acknowledges"


def audit_finding(steps: Sequence[AuditRow]) -> str:
    """One sentence: whether every step of the last week ran."""
    missed, late = (sum(row.outcome == outcome for row in steps) for outcome in ("missed", "late"))
    ran = sum(row.ran is not None for row in steps)
    if missed:
        return f"{counted(missed, 'escalation step')} missed in the last week"
    if late:
        return f"{counted(ran, 'escalation step')} ran in the last week, {late} of them late"
    return (
        f"{counted(ran, 'escalation step')} ran in the last week, all at their time"
        if ran
        else "No step was due in the last week"
    )


def duty_row(row: DutyRow) -> Row:
    return {
        "Schedule": row.name, "On call": row.person_name or "✕ nobody", "By": row.why, "Until": row.until,
        "Then": (row.next_name or "✕ nobody") if row.until else "the same for five weeks", "Zone of the schedule": row.time_zone,
    }  # fmt: skip


def escalation_row(row: EscalationRow) -> Row:
    return {
        "Incident": row.title, "Policy": row.policy, "State": row.state, "Steps run": f"{row.steps_run} of {row.steps}",
        "Told": ", ".join(row.told), "Next": row.next_step, "At": row.next_at,
    }  # fmt: skip


def shift_row(shift: Shift, names: dict[str, str]) -> Row:
    return {
        "Schedule": shift.schedule, "On call": names.get(shift.person, shift.person) or "✕ nobody", "By": shift.why,
        "From": shift.start, "To": shift.end, "Hours": round((shift.end - shift.start) / timedelta(hours=1), 1),
    }  # fmt: skip


def override_finding(asked: Sequence[DutyOverride]) -> str:
    """One sentence: how many take over."""
    return f"{counted(len(asked), 'override')} in force or to come" if asked else "Nobody stands in"


def override_row(one: DutyOverride, names: dict[str, str], now: datetime) -> Row:
    return {
        "State": one.state(now), "Schedule": one.schedule, "Takes over": names.get(one.person, one.person),
        "Instead of": names.get(one.instead_of, one.instead_of) or "anybody", "From": one.start, "To": one.end,
        "Asked by": names.get(one.by, one.by), "Id": one.override_id,
    }  # fmt: skip


def audit_row(row: AuditRow) -> Row:
    return {
        "Outcome": _OUTCOMES[row.outcome], "Step": row.name, "Due": row.due, "Ran": row.ran, "Told": ", ".join(row.told),
        "Why": row.reason, "Incident": row.incident_id,
    }  # fmt: skip
