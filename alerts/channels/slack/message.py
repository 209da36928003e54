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
    fields = [_text(f"*{escaped(label)}*\n", text, _FIELD) for label, text in notification.facts]
    buttons = [
        {"type": "button", "text": {"type": "plain_text", "text": shortened(label, _BUTTON)}, "url": url}
        for label, url in notification.links
    ]
    again = " · may be a repeat" if notification.again else ""
    footer = f"{notification.organisation} · incident {notification.incident_id} · {notification.kind}{again}"
    return [
        {"type": "section", "text": _text(f"{mark} *{word}*  ", notification.headline, _SECTION)},
        *([{"type": "section", "fields": fields[:_FIELDS]}] if fields else []),
        *([{"type": "actions", "elements": buttons}] if buttons else []),
        {"type": "context", "elements": [_text("", footer, _FIELD)]},
    ]


def plain(notification: Notification) -> str:
    """What a phone's notification shows."""
    return _fitting(f"{'resolved' if notification.resolved else notification.severity}: {notification.headline}", _SECTION)


def escaped(text: str) -> str:
    """Slack gives these three a meaning; nothing else needs escaping."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def shortened(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _text(markup: str, text: str, most: int) -> dict[str, str]:
    """`markup` as it is, then `text` escaped, within `most` characters."""
    return {"type": "mrkdwn", "text": markup + _fitting(text, most - len(markup))}


def _fitting(text: str, most: int) -> str:
    """Escaped text within `most` characters, never cut inside an escape."""
    whole, room = escaped(text), most - 1
    if len(whole) <= most:
        return whole
    kept = 0
    for character in text:
        room -= len(escaped(character))
        if room < 0:
            break
        kept += 1
    return escaped(text[:kept]) + "…"
