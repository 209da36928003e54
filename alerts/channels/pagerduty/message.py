"""A notification as an event of PagerDuty's Events API v2."""

from __future__ import annotations

from typing import Any

import orjson

from alerts.channels.text import fitted, in_bytes
from alerts.notification import INCIDENT, Notification

# https://developer.pagerduty.com/docs/events-api-v2-overview
_SUMMARY, _KEY, _DETAIL, _LINK = 1024, 255, 2000, 2048
_WHOLE = 400_000  # bytes; 512 kB are refused
_SEVERITIES = {"critical": "critical", "warning": "warning", "info": "info"}
_ACTIONS = {"resolved": "resolve", "acknowledged": "acknowledge"}


def event(notification: Notification, routing_key: str) -> dict[str, Any]:
    """trigger, acknowledge or resolve under one dedup_key an incident: PagerDuty makes one alert of whatever repeats."""
    action = "resolve" if notification.resolved else _ACTIONS.get(notification.kind, "trigger")
    found: dict[str, Any] = {
        "routing_key": routing_key,
        "event_action": action,
        "dedup_key": f"supplyscope/{notification.incident_id}"[:_KEY],
    }
    if action != "trigger":
        return found
    found |= {"client": "Supplyscope", "client_url": notification.link(INCIDENT)[:_LINK], "links": _links(notification)}
    return found | {"payload": _payload(notification)}


def _links(notification: Notification) -> list[dict[str, str]]:
    return [{"href": url, "text": fitted(label, 200)} for label, url in notification.links if len(url) <= _LINK]


def _payload(notification: Notification) -> dict[str, Any]:
    details = {label: fitted(text, _DETAIL) for label, text in notification.facts}
    if notification.again:
        details["Possible repeat"] = "the first attempt's outcome is not known"
    while details and in_bytes(orjson.dumps(details).decode()) > _WHOLE:
        details.popitem()
    return {
        "summary": fitted(notification.title or notification.headline, _SUMMARY),
        "source": notification.label("interface") or notification.organisation,
        "severity": _SEVERITIES.get(notification.severity, "error"),
        "timestamp": (notification.since or notification.decided).isoformat(),
        "component": notification.label("interface") or None,
        "group": notification.label("flow") or None,
        "class": notification.label("failure_class") or notification.label("kind") or None,
        "custom_details": details,
    }
