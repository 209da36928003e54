"""What would become of alerts that somebody writes down: which route each takes, and what every stage says. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from pydantic import Field

from alerts.conditions.condition import Condition, plain
from alerts.decisions import Decision, Kind
from alerts.pipeline.round import Round, Surroundings, Telling
from alerts.pipeline.stages import run_whole
from alerts.routing import targets
from domain.base import Configured, Duration
from domain.configuration import Configuration
from domain.routing import Route
from domain.slas import Severity

_LISTS = {"facility": "facilities", "contract": "contracts", "item": "items"}
_FIELDS = {
    "interface": "interface",
    "failure_class": "failure_class",
    "sla": "sla_id",
    "flow": "flow",
    "owner": "owner",
    "party": "party",
}


class WrittenAlert(Configured):
    """An alert as a file says it. `labels` are any of those that matchers know, and those that rules add; `since` is how long ago."""

    name: str = "alert"
    severity: Severity = Severity.WARNING
    since: Duration | None = None
    labels: dict[str, str | tuple[str, ...]] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RouteTried:
    """A route an alert takes: whom it tells, when it first looks, and what every stage says up to the one that holds it."""

    route: str
    channels: tuple[str, ...]
    recipients: tuple[str, ...]
    group_by: tuple[str, ...]
    first_look: datetime
    told: bool
    reason: str
    stages: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Tried:
    """One alert and the incident it would open; routes () where nobody is told."""

    name: str
    incident: str
    subject: str
    severity: str
    reason: str
    routes: tuple[RouteTried, ...]


def as_condition(alert: WrittenAlert, number: int, now: datetime) -> Condition:
    """The alert as a condition that opened `since` ago."""
    values = {name: (value,) if isinstance(value, str) else tuple(value) for name, value in alert.labels.items()}
    opened = now - alert.since if alert.since else now
    kind = values.get("kind", ("failure",))[0]
    subject = values.get("subject", (f"alert {alert.name}",))[0]
    found = plain(f"{kind}|{number}|{alert.name}", kind, subject, alert.severity, alert.name, opened, now)
    known: dict[str, Any] = {field: values[label][0] for label, field in _FIELDS.items() if label in values}
    known |= {field: values[label] for label, field in _LISTS.items() if label in values}
    rest = {n: v[0] for n, v in values.items() if n not in {*_FIELDS, *_LISTS, "kind", "subject", "severity"}}
    return replace(found, **known, labels=tuple(sorted(rest.items())))


def attempt(alerts: Sequence[WrittenAlert], around: Surroundings) -> tuple[Tried, ...]:
    """Every alert as if all of them opened now: together, so that they inhibit, group and storm as they would.

    A route whose group waits is looked at as if its time had come: what is asked is where an alert goes.
    """
    conditions = [as_condition(alert, n, around.now) for n, alert in enumerate(alerts)]
    now_at_once = replace(around, configuration=_without_waits(around.configuration))
    whole = run_whole(Round(now_at_once, conditions, ()))
    waits = run_whole(Round(around, conditions, ()))
    first = {i.subject: {n.route: n.first for n in i.notices} for i in (d.incident for d in waits.decisions)}
    return tuple(_tried(alert, condition, whole, first) for alert, condition in zip(alerts, conditions, strict=True))


def _without_waits(configuration: Configuration) -> Configuration:
    none = timedelta(0)
    alerting = configuration.alerting.model_copy(update={"page_wait": none, "group_wait": none})
    routes = tuple(_unhurried(route) for route in configuration.routes)
    return configuration.model_copy(update={"alerting": alerting, "routes": routes})


def _unhurried(route: Route) -> Route:
    return route.model_copy(update={"group_wait": None, "routes": tuple(_unhurried(inner) for inner in route.routes)})


def _tried(alert: WrittenAlert, condition: Condition, whole: Round, first: Mapping[str, Mapping[str, datetime]]) -> Tried:
    decision: Decision = next(
        d for d in whole.decisions if d.kind is Kind.OPENED and condition.condition_id in d.incident.conditions
    )
    incident = decision.incident
    mine = [telling for telling in whole.tellings if telling.incident.incident_id == incident.incident_id]
    routes = tuple(_route(telling, condition, whole, first.get(incident.subject, {})) for telling in mine)
    return Tried(alert.name, incident.incident_id, incident.subject, incident.severity.value, decision.reason, routes)


def _route(telling: Telling, condition: Condition, whole: Round, first: Mapping[str, datetime]) -> RouteTried:
    reached = targets(telling.incident, [telling.way], whole.configuration)
    match = ("match", f"takes route {telling.way.path}")
    group = (
        "group",
        f'is {"one of " + str(len(telling.incident.conditions)) + " in " if len(telling.incident.conditions) > 1 else ""}incident "{telling.incident.subject}"',
    )
    told = not telling.held and condition in telling.conditions
    reason = (
        telling.why if told else telling.held or next((say for _, say in telling.trail if say.startswith("passes in part")), "")
    )
    return RouteTried(
        telling.way.path,
        telling.way.channels,
        tuple(dict.fromkeys(recipient for target in reached for recipient in target.recipients)),
        telling.way.group_by,
        first.get(telling.way.path, whole.now),
        told,
        reason.removeprefix("passes in part: "),
        (match, group, *telling.trail),
    )
