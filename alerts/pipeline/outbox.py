"""The last stage: what was decided becomes decisions with the people they owe a message. Pure."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from alerts.decisions import Decision, Kind
from alerts.incidents import Incident, said
from alerts.notices import Notice
from alerts.pipeline.round import Change, Round, Telling
from alerts.pipeline.telling import members
from alerts.routing import Target, as_told, targets, told

# What is said when several routes have something to say: the weightiest.
_WEIGHT = (Kind.HELD, Kind.REPEATED, Kind.ENDED, Kind.GROWN, Kind.TOLD, Kind.RAISED, Kind.RESOLVED)


def owe(current: Round) -> None:
    """One decision per incident that changed or is told; what is held is recorded when its reason is a new one."""
    by_incident: dict[str, list[Telling]] = defaultdict(list)
    for telling in current.tellings:
        by_incident[telling.incident.incident_id].append(telling)
    for name, change in current.changes.items():
        current.decisions.append(_decided(change.incident, change, by_incident.pop(name, []), current))
    for tellings in by_incident.values():
        decision = _decided(tellings[0].incident, None, tellings, current)
        if decision.notify or decision.incident.notices != tellings[0].incident.notices:
            current.decisions.append(decision)


def _decided(incident: Incident, change: Change | None, tellings: list[Telling], current: Round) -> Decision:
    speaking = [telling for telling in tellings if not telling.held]
    held = next((t.held for t in tellings if t.held and t.held != "nothing new" and t.held != t.notice.held), "")
    after = {t.way.path: _noticed(t, current) for t in tellings}
    notices = tuple(after.get(notice.route, notice) for notice in incident.notices)
    kind, reason = (change.kind, change.reason) if change else (Kind.HELD, held or "nothing new")
    if speaking:
        kind, reason = _said(kind, reason, speaking, opened=bool(change and change.kind is Kind.OPENED))
    elif change and change.kind is Kind.OPENED:
        reason = held or (change.reason if incident.historic else _waits(notices))
    chosen = _targets(kind, incident, speaking, current) if speaking else ()
    told_of = {c.condition_id: c for telling in speaking for c in telling.conditions}
    kept = incident.conditions
    if speaking and incident.group:
        kept = tuple(name for name in kept if name in current.by_id)
    incident = replace(
        incident,
        notices=notices,
        reasons=said(incident.reasons, *_words(kind, reason, change, bool(speaking), held)),
        told=_remembered(kind, incident, speaking, current),
        conditions=kept,
    )
    return Decision(kind, incident, reason, chosen, bool(speaking), tuple(told_of.values()), _ended(speaking))


def _ended(speaking: list[Telling]) -> int:
    gone = (set(t.notice.members) - set(members(t.incident, t.conditions)) for t in speaking if t.incident.group)
    return max((len(one) for one in gone), default=0)


def _remembered(kind: Kind, incident: Incident, speaking: list[Telling], current: Round) -> tuple[str, ...]:
    """Whom its end concerns: those told before, and those told now by routes that tell ends."""
    if kind is Kind.RESOLVED or not speaking:
        return incident.told
    now = as_told(targets(incident, [t.way for t in speaking if t.way.resolved], current.configuration))
    return tuple(sorted({*incident.told, *now}))


def _said(kind: Kind, reason: str, speaking: list[Telling], opened: bool) -> tuple[Kind, str]:
    loudest = max(speaking, key=lambda telling: _WEIGHT.index(telling.kind))
    if loudest.kind is Kind.TOLD and opened:
        return Kind.OPENED, reason if reason not in ("opened",) else loudest.why
    if kind is Kind.RAISED and loudest.kind is Kind.TOLD:
        return Kind.RAISED, reason
    return (loudest.kind, loudest.why) if loudest.kind is not Kind.RESOLVED else (Kind.RESOLVED, reason)


def _waits(notices: tuple[Notice, ...]) -> str:
    first = min((notice.first for notice in notices), default=None)
    return f"waits for its group until {first:%H:%M:%S} UTC" if first else "nobody is told: no route matches"


def _words(kind: Kind, reason: str, change: Change | None, notify: bool, held: str) -> tuple[str, ...]:
    if change is None and not notify and not held:
        return ()
    if change is not None and not notify and kind is not Kind.OPENED:
        return (held,) if held else ()
    return (reason if reason.startswith("nobody is told") else f"{kind.value}: {reason}",)


def _noticed(telling: Telling, current: Round) -> Notice:
    notice = telling.notice
    if telling.held:
        return replace(notice, held="" if telling.held == "nothing new" else telling.held, until=telling.until)
    firing = members(telling.incident, telling.conditions)
    return replace(
        notice, told=current.now, times=notice.times + 1, severity=telling.incident.severity, members=firing, held="", until=None
    )


def _targets(kind: Kind, incident: Incident, speaking: list[Telling], current: Round) -> tuple[Target, ...]:
    if kind is Kind.RESOLVED:
        return told(incident)
    return targets(incident, [telling.way for telling in speaking], current.configuration)
