"""A notification as an alert of Alertmanager's API v2."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from alerts.channels.text import fitted
from alerts.notification import INCIDENT, Notification

# An alert nobody pushes again ends at endsAt. Ours end when we say so, so it lies far ahead and is pushed on with every refresh.
_FAR = timedelta(days=30)
_ANNOTATION = 4000
# What an incident is told by must not change while it is open: Alertmanager knows alerts by their labels.
_STEADY = ("incident", "interface", "failure_class", "sla", "flow")


def alert(notification: Notification) -> dict[str, Any]:
    """Labels tell the incident apart for as long as it lives; what may change is in annotations. Severity, which routing there
    needs as a label, makes another alert when it rises: `superseded` ends the one before."""
    since = notification.since or notification.decided
    ends = (notification.ended or notification.decided) if notification.resolved else notification.decided + _FAR
    return {
        "labels": {**_steady(notification), "severity": notification.severity},
        "annotations": _annotations(notification),
        "startsAt": min(since, ends).isoformat(),
        "endsAt": ends.isoformat(),
        "generatorURL": notification.link(INCIDENT),
    }


def superseded(notification: Notification) -> list[dict[str, Any]]:
    """The same incident's alerts of other severities, ended now: an incident has one alert at a time."""
    since = notification.since or notification.decided
    ends = max(notification.decided, since)
    return [
        {
            "labels": {**_steady(notification), "severity": severity},
            "annotations": {},
            "startsAt": since.isoformat(),
            "endsAt": ends.isoformat(),
        }
        for severity in ("critical", "warning", "info")
        if severity != notification.severity
    ]


def _steady(notification: Notification) -> dict[str, str]:
    labels = {name: value for name in _STEADY if (value := notification.label(name))}
    return {"alertname": "SupplyscopeIncident", **labels, "incident": notification.incident_id}


def _annotations(notification: Notification) -> dict[str, str]:
    facts = {label.lower().replace(" ", "_"): fitted(text, _ANNOTATION) for label, text in notification.facts}
    links = {f"{label.lower()}_url": url for label, url in notification.links}
    return {**facts, **links, "summary": fitted(notification.title or notification.headline, _ANNOTATION)}
