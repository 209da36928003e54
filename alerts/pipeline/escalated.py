"""What escalates joins the decisions of its round: one decision and one message, whoever asked for it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from alerts.decisions import Decision, Kind
from alerts.incidents import said
from alerts.on_call import escalation
from alerts.pipeline.escalate import Escalation
from alerts.pipeline.round import Round
from alerts.routing import Target, as_told


def join(current: Round) -> None:
    """Add what escalates to the decisions of the round: whom it tells, and the plan as it stands after it."""
    places = {decision.incident.incident_id: n for n, decision in enumerate(current.decisions)}
    for name, one in current.escalations.items():
        place = places.get(name)
        if place is None:
            current.decisions.append(_added(Decision(Kind.HELD, one.incident, ""), one, current))
        else:
            current.decisions[place] = _added(current.decisions[place], one, current)


def _added(decision: Decision, one: Escalation, current: Round) -> Decision:
    targets = _merged(decision.targets, one, current)
    told = as_told(targets) if one.people and one.plan.tells_ends else ()
    incident = replace(
        decision.incident,
        policy=escalation.written(one.plan),
        escalation_step=len(one.plan.ran),
        told=tuple(sorted({*decision.incident.told, *told})),
        reasons=said(decision.incident.reasons, *one.why),
    )
    if decision.notify or not one.people:
        reason = decision.reason or "; ".join(one.why) or f"keeps escalation policy {one.plan.policy}"
        return replace(decision, incident=incident, reason=reason, targets=targets)
    conditions = tuple(current.open_of(one.incident))
    return Decision(Kind.ESCALATED, incident, "; ".join(one.why), targets, True, conditions, decision.ended)


def _merged(targets: Sequence[Target], one: Escalation, current: Round) -> tuple[Target, ...]:
    """A channel counts once, with everybody either side names."""
    found = {target.channel: target for target in targets}
    for channel, people in one.people.items():
        persons = (current.configuration.person(person) for person in people)
        addresses = tuple(person.email for person in persons if person and person.email)
        known = found.get(channel)
        everybody = tuple(dict.fromkeys((*(known.recipients if known else ()), *addresses)))
        found[channel] = Target(channel, everybody, known.route if known else one.plan.route)
    return tuple(found.values())
