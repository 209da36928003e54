"""The stage that asks who else must know: nobody acknowledged, and a step of the incident's plan has come. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from alerts.decisions import Kind
from alerts.incidents import Incident, IncidentState
from alerts.notices import Notice
from alerts.on_call import escalation
from alerts.on_call.escalation import Plan
from alerts.on_call.schedules import on_call
from alerts.pipeline import muting
from alerts.pipeline.round import Round, Telling
from alerts.routing import Way, labels_of, ways
from analytics.words import duration

_MINUTES = timedelta(minutes=5)


@dataclass
class Escalation:
    """What becomes of an incident's plan in a round. people: whom it tells now; why: for each step that runs."""

    incident: Incident
    plan: Plan
    people: dict[str, tuple[str, ...]]
    why: list[str]


def escalate(current: Round) -> None:
    """Fill `escalations`: plans begin with the first message, stop while somebody has it, and run what is due and not muted."""
    found = [Escalation(i, plan, {}, []) for i, plan in _running(current)]
    spoken = {(telling.incident.incident_id, telling.way.path) for telling in current.alive()}
    for one in found:
        one.plan = _clock(_begun(one, spoken, current), one, current)
    due = [one for one in found if one.plan.due(current.now)]
    muted = _muted(due, current)
    for one in due:
        reason = muted.get(one.incident.incident_id, "")
        _wait(one, reason) if reason else _run(one, current)
    for one in found:
        _follow_shift(one, current)
        if one.why or escalation.written(one.plan) != one.incident.policy:
            current.escalations[one.incident.incident_id] = one


def _running(current: Round) -> Iterator[tuple[Incident, Plan]]:
    """Open incidents with a plan, as this round leaves them, and the plans of those that open now."""
    for incident in current.incidents:
        if incident.policy and incident.incident_id not in current.changes and incident.clear_since is None:
            plan = escalation.read(incident.policy)
            if plan is not None:
                yield incident, plan
    before = {i.incident_id: i for i in current.incidents if i.incident_id in current.changes}
    for change in current.changes.values():
        incident = change.incident
        if incident.state is IncidentState.OPEN and not incident.historic and incident.clear_since is None:
            known = before.get(incident.incident_id)
            plan = _chosen(incident, current, fresh=known is None or known.historic, raised=change.kind is Kind.RAISED)
            if plan is not None:
                yield incident, plan


def _chosen(incident: Incident, current: Round, *, fresh: bool, raised: bool) -> Plan | None:
    """The plan it has. One is chosen at its opening, and anew where a severity that rises leads it another way."""
    has = escalation.read(incident.policy)
    if not (fresh or raised) or not current.configuration.escalation_policies:
        return has
    taken = ways(labels_of(incident, current.configuration), current.configuration)
    way = next((way for way in taken if way.escalation), None)
    policy = current.configuration.escalation_policy(way.escalation) if way else None
    if way is None or policy is None or (has is not None and has.route == way.path):
        return has
    return replace(escalation.plan_of(policy, way.path, way.channels, current.configuration), tells_ends=way.resolved)


def _way(one: Escalation, current: Round) -> Way:
    """The route that chose the plan; one that is gone has no times of its own any more, and the plan still runs."""
    taken = ways(labels_of(one.incident, current.configuration), current.configuration)
    gone = Way(one.plan.route, (), (), (), None, _MINUTES, _MINUTES, (), (), True)
    return next((way for way in taken if way.path == one.plan.route), gone)


def _begun(one: Escalation, spoken: set[tuple[str, str]], current: Round) -> Plan:
    if one.plan.began is not None:
        return one.plan
    told = any(notice.route == one.plan.route and notice.told is not None for notice in one.incident.notices)
    begins = told or (one.incident.incident_id, one.plan.route) in spoken
    return replace(one.plan, began=current.now) if begins else one.plan


def _clock(plan: Plan, one: Escalation, current: Round) -> Plan:
    """Whoever acknowledged or snoozed has it: nobody else is told until that ends."""
    incident = one.incident
    snoozed = incident.snoozed_until is not None and current.now < incident.snoozed_until
    if plan.began is None:
        return plan
    if incident.acknowledged is None and not snoozed:
        return plan.resumed(current.now)
    if plan.paused is None and plan.next_due() is not None:
        who = f"acknowledged by {incident.acknowledged_by}" if incident.acknowledged else "snoozed"
        one.why.append(f"escalation stops: {who}")
    return plan.paused_at(current.now)


def _muted(due: Sequence[Escalation], current: Round) -> dict[str, str]:
    """Why incidents are not told now, by id: the same stages that hold messages are asked."""
    probe = Round(current.around, current.conditions, current.incidents)
    for one in due:
        notice = Notice(one.plan.route, current.now, _MINUTES)
        probe.tellings.append(Telling(one.incident, _way(one, current), notice, current.open_of(one.incident)))
    for stage in (muting.inhibit, muting.silence, muting.maintain, muting.active_hours):
        stage(probe)
    return {telling.incident.incident_id: telling.held for telling in probe.tellings if telling.held}


def _wait(one: Escalation, reason: str) -> None:
    if one.plan.held != reason:
        one.why.append(f"escalation waits: {reason}")
        one.plan = replace(one.plan, held=reason)


def _run(one: Escalation, current: Round) -> None:
    """Every due step, those of a gap included, in one message for each person."""
    for number in one.plan.due(current.now):
        step, due = one.plan.steps[number], one.plan.due_at(number) or current.now
        duty = {schedule: _on_duty(schedule, current) for schedule in step.schedules}
        people = tuple(dict.fromkeys(person for person in (*duty.values(), *step.people) if person))
        words = f"escalated: {step.name} tells {_names(people, current)}"
        if not people:
            people = tuple(person for person in (one.incident.assignee or one.incident.owner,) if person)
            words = f"escalated: {step.name}: nobody is on call in {', '.join(step.schedules)}; {_names(people, current)} is told"
        ran = escalation.Ran(number, due, current.now, people, one.plan.held)
        if ran.late:
            why = f"waited: {ran.waited_for}" if ran.waited_for else "no round ran at its time"
            words += f"; {duration((ran.at - ran.due).total_seconds())} late, {why}"
        one.why.append(words)
        known = dict(one.plan.duty) | {schedule: person for schedule, person in duty.items() if person}
        one.plan = replace(one.plan, ran=(*one.plan.ran, ran), duty=tuple(known.items()))
        _tell(one, step.channels, people)
    one.plan = replace(one.plan, held="")


def _follow_shift(one: Escalation, current: Round) -> None:
    """Who comes on duty in a schedule that was told is told of what nobody acknowledged."""
    if not one.plan.follow_shift or one.plan.paused is not None or one.plan.held:
        return
    duty = tuple((schedule, _on_duty(schedule, current) or person) for schedule, person in one.plan.duty)
    for (schedule, before), (_, now) in zip(one.plan.duty, duty, strict=True):
        if now != before:
            one.why.append(f"handed over in {schedule}: {_names((now,), current)} takes over from {_names((before,), current)}")
            _tell(one, (), (now,))
    if duty != one.plan.duty:
        one.plan = replace(one.plan, duty=duty)


def _tell(one: Escalation, channels: tuple[str, ...], people: tuple[str, ...]) -> None:
    for channel in channels or one.plan.channels:
        one.people[channel] = tuple(dict.fromkeys((*one.people.get(channel, ()), *people)))


def _on_duty(schedule: str, current: Round) -> str:
    """Looked up once a round, however many incidents ask."""
    if schedule not in current.on_duty:
        found = current.configuration.schedule(schedule)
        current.on_duty[schedule] = on_call(found, current.now, current.configuration).person if found else ""
    return current.on_duty[schedule]


def _names(people: Sequence[str], current: Round) -> str:
    found = ((current.configuration.person(person), person) for person in people)
    return ", ".join(person.name if person else name for person, name in found) or "nobody"
