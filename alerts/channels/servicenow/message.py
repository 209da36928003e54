"""A notification as fields of ServiceNow's incident table."""

from __future__ import annotations

import re
from typing import Any

from alerts.channels.text import fitted, footer
from alerts.channels.text import plain as whole
from alerts.notification import Notification

# Lengths of the columns as delivered.
_SHORT, _LONG = 160, 4000
# impact and urgency, 1 high … 3 low; ServiceNow derives the priority.
_WEIGHT = {"critical": "1", "warning": "2", "info": "3"}
_RESOLVED, _IN_PROGRESS = "6", "2"
# [code] in a journal field is rendered as HTML.
_CODE = re.compile(r"\[(/?)code\]", re.IGNORECASE)


def correlation(notification: Notification) -> str:
    """By what an incident is found again."""
    return f"supplyscope/{notification.incident_id}"


def created(notification: Notification, caller: str, group: str, item: str) -> dict[str, Any]:
    """A new incident."""
    fields = {
        "short_description": _plain(notification.title or notification.headline, _SHORT),
        "description": _plain(whole(notification, _LONG), _LONG),
        "correlation_id": correlation(notification),
        "correlation_display": "Supplyscope",
        "impact": _WEIGHT.get(notification.severity, "2"),
        "urgency": _WEIGHT.get(notification.severity, "2"),
        "caller_id": caller,
        "assignment_group": group,
        "cmdb_ci": item,
        "work_notes": note(notification),
    }
    return {name: value for name, value in fields.items() if value}


def updated(notification: Notification) -> dict[str, Any]:
    """News of an incident that is there."""
    weight = _WEIGHT.get(notification.severity, "2")
    progress = {"state": _IN_PROGRESS} if notification.kind == "acknowledged" else {}
    return {"impact": weight, "urgency": weight, "work_notes": note(notification), **progress}


def resolved(notification: Notification, close_code: str) -> dict[str, Any]:
    """Its end."""
    closing = _plain(whole(notification, _LONG), _LONG)
    return {"state": _RESOLVED, "close_code": close_code, "close_notes": closing, "work_notes": note(notification)}


def note(notification: Notification) -> str:
    """The news as a work note. Its last line names the notification: by it a note of unknown outcome is found again."""
    return (
        _plain(whole(notification, _LONG - 300), _LONG - 300)
        + "\n\n"
        + fitted(footer(notification), 200)
        + "\n"
        + tag(notification)
    )


def tag(notification: Notification) -> str:
    """Tells one notification's note from another's."""
    return f"notification {notification.notification_id}"


def _plain(text: str, most: int) -> str:
    return fitted(_CODE.sub(r"(\1code)", text), most)
