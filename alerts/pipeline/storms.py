"""Many subjects that open for one cause are one incident: which cause they share, and what it takes in. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from alerts.conditions.condition import Condition
from alerts.incidents import Incident
from domain.alerting import Storm
from domain.configuration import Configuration

# A narrow cause that explains this share of what the widest one does is said instead of it.
_NARROW_ENOUGH = 0.8


@dataclass(frozen=True, slots=True)
class Raging:
    """A storm: its cause, the subjects that open into it, and the young incidents it takes in."""

    cause: str
    subjects: tuple[str, ...]
    takes_in: tuple[Incident, ...]


def causes_of(one: Condition | Incident, configuration: Configuration) -> tuple[str, ...]:
    """What it may have in common with others, narrow to wide: class at interface, interface, facility, system, class."""
    failure_class, interface = one.failure_class or one.sla_id or _kind(one), one.interface
    configured = configuration.interface(interface) if interface else None
    facilities = one.facilities if isinstance(one, Condition) else one.facility_ids
    found = [f"{failure_class} in {interface or one.flow or 'several interfaces'}"]
    found += [f"everything on interface {interface}"] if interface else []
    found += [f"everything at facility {facilities[0]}"] if len(facilities) == 1 else []
    found += (
        [f"everything that touches system {system}" for system in (configured.source, configured.target)] if configured else []
    )
    return (*found, f"{failure_class} everywhere")


def _kind(one: Condition | Incident) -> str:
    return one.kind if isinstance(one, Condition) else next(iter(one.kinds), "")


def goes_on(storm: Incident | None, now: datetime, policy: Storm) -> bool:
    """Whether what shares its cause still joins it in silence."""
    return bool(storm and storm.cause and not storm.historic and storm.grown and now - storm.grown <= policy.quiet)


def find(
    fresh: Mapping[str, Iterable[Condition]], incidents: Iterable[Incident], now: datetime, configuration: Configuration
) -> tuple[Raging, ...]:
    """Storms among subjects that open now, storms under way first. `fresh`: news by subject, without those that have an incident."""
    policy = configuration.alerting.storm
    under_way = {i.cause: i for i in incidents if goes_on(i, now, policy)}
    young = [i for i in incidents if _young(i, now, policy)]
    if not under_way and len(fresh) + len(young) <= policy.subjects:
        return ()
    causes = {subject: _shared(found, configuration) for subject, found in fresh.items()}
    raging: list[Raging] = []
    for cause in under_way:
        joining = tuple(subject for subject, shared in causes.items() if cause in shared)
        causes = {subject: shared for subject, shared in causes.items() if subject not in joining}
        raging += [Raging(cause, joining, ())] if joining else []
    drops = {incident.incident_id: (incident, causes_of(incident, configuration)) for incident in young}
    return (*raging, *_new(causes, drops, policy))


def _shared(found: Iterable[Condition], configuration: Configuration) -> tuple[str, ...]:
    return tuple(dict.fromkeys(cause for condition in found for cause in causes_of(condition, configuration)))


def _new(
    causes: dict[str, tuple[str, ...]], young: dict[str, tuple[Incident, tuple[str, ...]]], policy: Storm
) -> Iterable[Raging]:
    """The widest cause first, said as narrowly as it can be, until none is a storm any more."""
    while causes:
        counts: dict[str, int] = defaultdict(int)
        places: dict[str, int] = {}
        for shared in (*causes.values(), *(known for _, known in young.values())):
            for place, cause in enumerate(shared):
                counts[cause] += 1
                places[cause] = max(place, places.get(cause, 0))
        most = max(counts.values())
        if most <= policy.subjects:
            return
        likely = (cause for cause, n in counts.items() if n > policy.subjects and n >= _NARROW_ENOUGH * most)
        cause = min(likely, key=lambda c: (places[c], -counts[c], c))
        taken = tuple(subject for subject, shared in causes.items() if cause in shared)
        if not taken:
            # What storms here is open already: nothing new has this cause.
            young = {name: entry for name, entry in young.items() if cause not in entry[1]}
            continue
        yield Raging(cause, taken, tuple(i for i, shared in young.values() if cause in shared))
        causes = {subject: shared for subject, shared in causes.items() if subject not in taken}
        young = {name: entry for name, entry in young.items() if cause not in entry[1]}


def _young(incident: Incident, now: datetime, policy: Storm) -> bool:
    """Opened so lately that it may be the first drop; one that somebody has taken up, or a group of its own, stays."""
    opened = incident.openings[-1] if incident.openings else incident.grown
    free = not (incident.cause or incident.group or incident.historic or incident.acknowledged)
    return free and opened is not None and now - opened <= policy.within
