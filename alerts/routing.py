"""Which channels and people an incident concerns."""

from __future__ import annotations

from dataclasses import dataclass

from alerts.incidents import Incident
from domain.configuration import Configuration
from domain.routing import Route, RouteMatch


@dataclass(frozen=True, slots=True)
class Target:
    """A channel, the mail addresses to reach through it, and the route that chose it."""

    channel: str
    recipients: tuple[str, ...]
    route: str


def targets(incident: Incident, configuration: Configuration) -> tuple[Target, ...]:
    """Targets of the first matching route, and of the following while routes say continue; a channel counts once."""
    found: dict[str, Target] = {}
    for route in configuration.routes:
        if not matches(route.match, incident):
            continue
        people = _addresses(route, incident, configuration)
        for channel in route.channels:
            known = found.get(channel)
            addresses = tuple(dict.fromkeys((*known.recipients, *people))) if known else people
            found[channel] = Target(channel, addresses, known.route if known else route.id)
        if not route.go_on:
            break
    return tuple(found.values())


def matches(match: RouteMatch, incident: Incident) -> bool:
    """Every given condition holds; lists hold when one of their entries does."""
    return (
        incident.severity.rank >= match.min_severity.rank
        and _one_of(match.failure_classes, (incident.failure_class,))
        and _one_of(match.interfaces, (incident.interface,))
        and _one_of(match.facilities, incident.facility_ids)
        and _one_of(match.slas, (incident.sla_id,))
        and _one_of(match.flows, (incident.flow,))
    )


def _one_of(wanted: tuple[str, ...], have: tuple[str, ...]) -> bool:
    return not wanted or bool(set(wanted) & set(have))


def _addresses(route: Route, incident: Incident, configuration: Configuration) -> tuple[str, ...]:
    """The owner of what failed, and whom the route names."""
    people = [configuration.person(person) for person in dict.fromkeys((incident.owner, *route.to))]
    return tuple(dict.fromkeys(person.email for person in people if person and person.email))
