"""A notification as Block Kit, within Slack's limits by shortening, never by failing."""

from __future__ import annotations

from typing import Any

from alerts.notification import Notification

# https://docs.slack.dev/reference/block-kit/blocks
_SECTION, _FIELD, _FIELDS, _BUTTON = 3000, 2000, 10, 75
_MARKS = {"critical": ":red_circle:", "warning": ":large_orange_circle:", "info": ":large_blue_circle:"}


def blocks(notification: Notification) -> list[dict[str, Any]]:
    """Headline, facts, links and where it comes from."""
    mark = ":white_check_mark:" if notification.resolved else _MARKS.get(notification.severity, "")
    word = "resolved" if notification.resolved else notification.severity
    fields = [_text(f"*{escaped(label)}*\n{escaped(text)}", _FIELD) for label, text in notification.facts]
    buttons = [
        {"type": "button", "text": {"type": "plain_text", "text": shortened(label, _BUTTON)}, "url": url}
        for label, url in notification.links
    ]
    again = " · may be a repeat" if notification.again else ""
    footer = f"{escaped(notification.organisation)} · incident {notification.incident_id} · {notification.kind}{again}"
    return [
        {"type": "section", "text": _text(f"{mark} *{word}*  {escaped(notification.headline)}", _SECTION)},
        *([{"type": "section", "fields": fields[:_FIELDS]}] if fields else []),
        *([{"type": "actions", "elements": buttons}] if buttons else []),
        {"type": "context", "elements": [_text(footer, _FIELD)]},
    ]


def plain(notification: Notification) -> str:
    """What a phone's notification shows."""
    return escaped(
        shortened(f"{'resolved' if notification.resolved else notification.severity}: {notification.headline}", _SECTION)
    )


def escaped(text: str) -> str:
    """Slack gives these three a meaning; nothing else needs escaping."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def shortened(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _text(text: str, most: int) -> dict[str, str]:
    return {"type": "mrkdwn", "text": shortened(text, most)}
