"""What a well-typed schedule or escalation policy can still get wrong."""

from __future__ import annotations

import zoneinfo
from datetime import timedelta
from typing import Any

from domain.on_call import EscalationPolicy, OnHolidays, Schedule
from domain.problems import did_you_mean
from domain.source import Place, Source

_MOST_MESSAGES = 200
_OFTENEST = timedelta(minutes=1)


def check_schedule(source: Source, place: Place, entry: Schedule) -> None:
    """A zone that exists, overrides and absences in order, rotations that some day have somebody on duty."""
    if entry.time_zone not in zoneinfo.available_timezones():
        near = did_you_mean(entry.time_zone, sorted(zoneinfo.available_timezones()))
        remedy = near if near.startswith("Did") else "Write an IANA name, for example America/Chicago"
        source.problem((*place, "time_zone"), "is not a time zone", remedy)
    if not entry.rotations:
        source.problem((*place, "rotations"), "has nobody take turns", "Add one: {people: [...], starts: 2026-01-05}")
    for n, rotation in enumerate(entry.rotations):
        if rotation.on_holidays is not OnHolidays.SAME and not (entry.holidays or entry.closed):
            source.problem(
                (*place, "rotations", n, "on_holidays"),
                "means nothing: the schedule knows no holidays",
                "Add holidays: a country such as US, or closed: with dates",
            )
        if rotation.hand_over.tzinfo is not None:
            remedy = "Write hours and minutes without a zone, for example 09:00"
            source.problem((*place, "rotations", n, "hand_over"), "has a zone of its own; the schedule's counts", remedy)
    for n, override in enumerate(entry.overrides):
        if override.end <= override.start:
            source.problem(
                (*place, "overrides", n, "end"), "is not after its start", "Swap start and end, or correct one of them"
            )
    for n, away in enumerate(entry.away):
        if away.last < away.first:
            source.problem((*place, "away", n, "last"), f"is before first {away.first}", "Swap the two dates")


def check_escalation(source: Source, place: Place, entry: EscalationPolicy, configured: dict[str, Any]) -> None:
    """Steps that tell somebody who can be reached, in an end. `configured` is every section's valid entries."""
    people = {one.id: one for _, one in configured["people"]}
    if not entry.steps:
        source.problem((*place, "steps"), "has no step", "Add one: {schedules: [...]}")
    for n, step in enumerate(entry.steps):
        where = (*place, "steps", n)
        if not (step.schedules or step.people):
            source.problem(where, "tells nobody", "Add schedules: [...] or people: [...]")
        for m, name in enumerate(step.people):
            person = people.get(name)
            if person is not None and not (person.email or person.slack):
                source.problem((*where, "people", m), "cannot be reached", f"Give {name} an email under people")
        if step.every < _OFTENEST:
            source.problem((*where, "every"), "is oftener than anybody can answer", "Write 1m or more")
    if sum(1 + step.repeat for step in entry.steps) * (1 + entry.repeat) > _MOST_MESSAGES:
        source.problem(place, f"is more than {_MOST_MESSAGES} messages long", "Lower repeat, of the policy or of its steps")
    _ends(source, place, entry, configured)


def _ends(source: Source, place: Place, entry: EscalationPolicy, configured: dict[str, Any]) -> None:
    """Policies that hand over in a circle would never end; each of them is told."""
    policies = {one.id: one for _, one in configured["escalation_policies"]}
    seen: set[str | None] = {entry.id}
    current = entry.hand_over
    while current in policies and current not in seen:
        seen.add(current)
        current = policies[current].hand_over
    if current == entry.id:
        remedy = "Remove it from one of the policies; to say the steps again use repeat"
        source.problem((*place, "hand_over"), "leads back to the policy itself", remedy)


def check_reachable(source: Source, place: Place, entry: Schedule, configured: dict[str, Any]) -> None:
    """Everybody who takes a turn or stands in has an address."""
    people = {one.id: one for _, one in configured["people"]}
    named = [((*place, "rotations", n, "people", m), p) for n, r in enumerate(entry.rotations) for m, p in enumerate(r.people)]
    named += [((*place, "overrides", n, "person"), override.person) for n, override in enumerate(entry.overrides)]
    for where, name in named:
        person = people.get(name)
        if person is not None and not (person.email or person.slack):
            source.problem(where, "cannot be reached", f"Give {name} an email under people")
