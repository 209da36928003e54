"""The tree of routes: which of them an alert takes, what each inherits, and whom it reaches. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from alerts.conditions.condition import Condition
from alerts.conditions.condition import labels_of as labels_of_condition
from alerts.incidents import Incident
from domain.alerting import Alerting
from domain.configuration import Configuration
from domain.matchers import Labels, all_match
from domain.routing import Route, RouteMatch
from domain.slas import Severity


@dataclass(frozen=True, slots=True)
class Target:
    """A channel, the mail addresses to reach through it, and the route that chose it."""

    channel: str
    recipients: tuple[str, ...]
    route: str


@dataclass(frozen=True, slots=True)
class Way:
    """A route an alert takes, with what it inherits. path: ids from the top, joined by "/". group_wait None: by severity."""

    path: str
    channels: tuple[str, ...]
    to: tuple[str, ...]
    group_by: tuple[str, ...]
    group_wait: timedelta | None
    group_interval: timedelta
    repeat_interval: timedelta
    active: tuple[str, ...]
    mute: tuple[str, ...]
    resolved: bool
    escalation: str = ""

    def wait(self, severity: Severity, alerting: Alerting) -> timedelta:
        """How long the first message waits for company: pages hardly."""
        usual = alerting.page_wait if severity is Severity.CRITICAL else alerting.group_wait
        return usual if self.group_wait is None else self.group_wait


def ways(labels: Labels, configuration: Configuration) -> tuple[Way, ...]:
    """Routes taken, in order: the first that matches and, while routes say continue, the following."""
    alerting = configuration.alerting
    top = Way("", (), (), (), None, alerting.group_interval, alerting.repeat_interval, (), (), True)
    return tuple(_taken(configuration.routes, top, labels))


def _taken(routes: Iterable[Route], above: Way, labels: Labels) -> Iterator[Way]:
    for route in routes:
        if not matches(route.match, labels):
            continue
        here = _inheriting(route, above)
        inner = tuple(_taken(route.routes, here, labels))
        yield from inner or (here,)
        if not route.go_on:
            return


def _inheriting(route: Route, above: Way) -> Way:
    """Time intervals are a route's own: a child of a muted route is asked for itself, as in Alertmanager."""
    return Way(
        path=f"{above.path}/{route.id}" if above.path else route.id,
        channels=route.channels or above.channels,
        to=route.to or above.to,
        group_by=route.group_by or above.group_by,
        group_wait=route.group_wait if route.group_wait is not None else above.group_wait,
        group_interval=route.group_interval or above.group_interval,
        repeat_interval=route.repeat_interval or above.repeat_interval,
        active=route.active,
        mute=route.mute,
        resolved=route.resolved and above.resolved,
        escalation=route.escalation or above.escalation,
    )


def matches(match: RouteMatch, labels: Labels) -> bool:
    """Every given condition holds; lists hold when one of their entries does."""
    return (
        max((Severity(s).rank for s in labels.get("severity", ())), default=0) >= match.min_severity.rank
        and _one_of(match.kinds, labels, "kind")
        and _one_of(match.failure_classes, labels, "failure_class")
        and _one_of(match.interfaces, labels, "interface")
        and _one_of(match.facilities, labels, "facility")
        and _one_of(match.slas, labels, "sla")
        and _one_of(match.flows, labels, "flow")
        and _one_of(tuple(party.value for party in match.parties), labels, "party")
        and all_match(match.matchers, labels)
    )


def _one_of(wanted: tuple[str, ...], labels: Labels, name: str) -> bool:
    return not wanted or bool(set(wanted) & set(labels.get(name, ())))


def labels_of(incident: Incident, configuration: Configuration) -> dict[str, tuple[str, ...]]:
    """What a matcher may ask about an incident: everything its conditions carry, its own severity."""
    found = labels_of_condition(_as_condition(incident), configuration)
    for name, value in incident.labels:
        if value not in found.get(name, ()):
            found[name] = (*found.get(name, ()), value)
    return found | ({"kind": incident.kinds} if incident.kinds else {})


def _as_condition(incident: Incident) -> Condition:
    return Condition(
        incident.incident_id, incident.subject, incident.severity, "", incident.opened, incident.opened, incident.owner, "",
        incident.interface, incident.failure_class, incident.sla_id, incident.flow, incident.facility_ids, incident.contracts,
        incident.items, incident.correlation_id, party=incident.party,
    )  # fmt: skip


def targets(incident: Incident, taken: Iterable[Way], configuration: Configuration) -> tuple[Target, ...]:
    """Channels and addresses of the routes taken; a channel counts once, with everybody the routes name."""
    found: dict[str, Target] = {}
    for way in taken:
        people = _addresses(way, incident, configuration)
        for channel in way.channels:
            known = found.get(channel)
            addresses = tuple(dict.fromkeys((*known.recipients, *people))) if known else people
            found[channel] = Target(channel, addresses, known.route if known else way.path)
    return tuple(found.values())


def told(incident: Incident) -> tuple[Target, ...]:
    """Everybody who was told of the incident, and nobody else: whom its end concerns."""
    by_channel: dict[str, list[str]] = {}
    for entry in incident.told:
        channel, _, recipient = entry.partition("|")
        by_channel.setdefault(channel, []).extend([recipient] if recipient else [])
    return tuple(Target(channel, tuple(recipients), incident.route) for channel, recipients in by_channel.items())


def as_told(chosen: Iterable[Target]) -> tuple[str, ...]:
    """Targets as an incident remembers them."""
    return tuple(f"{target.channel}|{recipient}" for target in chosen for recipient in (target.recipients or ("",)))


def _addresses(way: Way, incident: Incident, configuration: Configuration) -> tuple[str, ...]:
    """The owner of what failed, whoever it was reassigned to, and whom the route names."""
    people = [configuration.person(person) for person in dict.fromkeys((incident.owner, incident.assignee, *way.to))]
    return tuple(dict.fromkeys(person.email for person in people if person and person.email))
