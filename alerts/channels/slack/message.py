"""A notification as Block Kit, within Slack's limits by shortening, never by failing."""

from __future__ import annotations

from typing import Any

from alerts.channels.text import fitted, footer, utf16, word
from alerts.notification import INCIDENT, Notification

# https://docs.slack.dev/reference/block-kit/blocks; all blocks together take about 13 000 characters (msg_blocks_too_long, undocumented):
# headline 1 500 + 16 facts of 600 + a footer of 500 stay below.
_HEADLINE, _FACT, _FACTS, _FOOTER = 1500, 600, 16, 500
_FIELDS, _BUTTON, _BUTTONS, _URL, _VALUE, _PLAIN, _LABEL = 10, 75, 25, 3000, 2000, 3000, 100
_MARKS = {"critical": ":red_circle:", "warning": ":large_orange_circle:", "info": ":large_blue_circle:"}
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
# action_id → what the button says. Whoever presses one asks; the scheduler decides.
ACTIONS = {"acknowledge": "Acknowledge", "snooze": "Snooze 1 h", "resolve": "Resolve"}


def blocks(notification: Notification, *, interactive: bool = False) -> list[dict[str, Any]]:
    """Headline, facts, links, buttons where they can be answered, and where it comes from."""
    fields = [_text(f"*{_fitting(label, _LABEL)}*\n", text, _FACT) for label, text in notification.facts[:_FACTS]]
    return [
        {"type": "section", "text": _text(f"{_mark(notification)} *{word(notification)}*  ", notification.headline, _HEADLINE)},
        *({"type": "section", "fields": fields[n : n + _FIELDS]} for n in range(0, len(fields), _FIELDS)),
        *_actions(notification, interactive),
        {"type": "context", "elements": [_text("", _foot(notification), _FOOTER)]},
    ]


def short_blocks(notification: Notification) -> list[dict[str, Any]]:
    """The least that tells: for a Slack that finds `blocks` too long after all."""
    return [{"type": "section", "text": _text(f"{_mark(notification)} *{word(notification)}*  ", notification.headline, 600)},
            *_actions(notification, interactive=False)]  # fmt: skip


def plain(notification: Notification) -> str:
    """What a phone's notification shows."""
    return _fitting(f"{word(notification)}: {notification.headline}", _PLAIN)


def metadata(notification: Notification) -> dict[str, Any]:
    """By what a message is found again in the channel's history."""
    payload = {"notification_id": notification.notification_id, "incident_id": notification.incident_id}
    return {"event_type": "supplyscope_notification", "event_payload": payload}


def escaped(text: str) -> str:
    """Slack gives these three a meaning; nothing else needs escaping."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _mark(notification: Notification) -> str:
    if notification.resolved:
        return ":white_check_mark:"
    return ":eyes:" if notification.state == "acknowledged" else _MARKS.get(notification.severity, "")


def _actions(notification: Notification, interactive: bool) -> list[dict[str, Any]]:
    """Links first; an address too long for Slack is left out. Nothing can be asked of what is over."""
    elements = [
        {"type": "button", "text": _label(label), "url": url, "action_id": f"link_{n}"}
        for n, (label, url) in enumerate(notification.links)
        if len(url) <= _URL
    ]
    if interactive and not notification.resolved:
        asked = {k: v for k, v in ACTIONS.items() if not (k == "acknowledge" and notification.state == "acknowledged")}
        elements += [
            {"type": "button", "text": _label(label), "action_id": action, "value": notification.incident_id[:_VALUE]}
            for action, label in asked.items()
        ]
    return [{"type": "actions", "elements": elements[:_BUTTONS]}] if elements else []


def _foot(notification: Notification) -> str:
    """Says where the rest is when something had to be cut."""
    cut = any(utf16(escaped(text)) + utf16(escaped(label)) + 3 > _FACT for label, text in notification.facts)
    more = f" · shortened, all of it under {INCIDENT}" if cut or len(notification.facts) > _FACTS else ""
    return footer(notification) + more


def _label(text: str) -> dict[str, str]:
    return {"type": "plain_text", "text": fitted(text, _BUTTON)}


def _text(markup: str, text: str, most: int) -> dict[str, Any]:
    """`markup` as it is, then `text` escaped, within `most` characters. verbatim: Slack makes no links or mentions of it."""
    return {"type": "mrkdwn", "text": markup + _fitting(text, most - utf16(markup)), "verbatim": True}


def _fitting(text: str, most: int) -> str:
    """Escaped text within `most` characters, never cut inside an escape."""
    if utf16(escaped(text)) <= most:
        return escaped(text)
    room, kept = most - 1, 0
    for character in text:
        room -= utf16(_ESCAPES.get(character, character))
        if room < 0:
            break
        kept += 1
    return escaped(text[:kept]) + "…"
