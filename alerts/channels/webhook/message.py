"""A notification as our own JSON, and its signature (the scheme of Standard Webhooks, standardwebhooks.com)."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Any

import orjson

from alerts.notification import Notification

VERSION = 1


def payload(notification: Notification) -> dict[str, Any]:
    """Stable keys; times in ISO 8601 with their zone; new keys may come, these stay."""
    return {
        "version": VERSION,
        "id": notification.notification_id,
        "incident": notification.incident_id,
        "kind": notification.kind,
        "state": notification.state,
        "severity": notification.severity,
        "title": notification.title or notification.headline,
        "headline": notification.headline,
        "reason": notification.reason,
        "since": notification.since,
        "ended": notification.ended,
        "decided": notification.decided,
        "labels": dict(notification.labels),
        "facts": [{"label": label, "text": text} for label, text in notification.facts],
        "links": [{"label": label, "url": url} for label, url in notification.links],
        "organisation": notification.organisation,
        "possible_repeat": notification.again,
    }


def body(notification: Notification) -> bytes:
    """The payload as it is signed and sent."""
    return orjson.dumps(payload(notification))


def signature(secret: str, notification_id: str, timestamp: int, content: bytes) -> str:
    """v1 and HMAC-SHA256 of "id.timestamp.body", in base64. timestamp: seconds since 1970; refuse old ones."""
    signed = b".".join((notification_id.encode(), str(timestamp).encode(), content))
    return "v1," + base64.b64encode(hmac.new(secret.encode(), signed, hashlib.sha256).digest()).decode()
