"""A notification as an Adaptive Card."""

from __future__ import annotations

from typing import Any

import orjson

from alerts.channels.text import fitted, footer, mark, word
from alerts.notification import Notification

# Teams documents 28 kB and refuses some messages from about 21 kB.
_WHOLE = 20_000
_COLOURS = {"critical": "Attention", "warning": "Warning", "info": "Accent", "resolved": "Good"}
_FACT_LENGTHS = (1000, 400, 150, 60, 0)


def card(notification: Notification) -> dict[str, Any]:
    """Facts are shortened until the whole fits; headline and links always stay. Text is in runs, which read no markup."""
    for most in _FACT_LENGTHS:
        message = _message(notification, most)
        if len(orjson.dumps(message)) <= _WHOLE:
            break
    return message


def _message(notification: Notification, most: int) -> dict[str, Any]:
    facts = notification.facts if most else ()
    cut = any(len(text) > most for _, text in notification.facts)
    end = footer(notification) + (" · shortened, all of it under the links" if cut else "")
    body = [
        _runs(
            (
                f"{mark(notification)} {word(notification)}  ",
                {"weight": "Bolder", "color": _COLOURS.get(word(notification), "Default")},
            )
        ),
        _runs((fitted(notification.headline, 300), {"weight": "Bolder", "size": "Medium"})),
        *(_runs((f"{label}: ", {"isSubtle": True}), (fitted(text, most), {})) for label, text in facts),
        _runs((fitted(end, 500), {"isSubtle": True, "size": "Small"})),
    ]
    content = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "msteams": {"width": "Full"},
        "body": body,
        "actions": [
            {"type": "Action.OpenUrl", "title": label, "url": url} for label, url in notification.links[:5] if len(url) <= 2000
        ],
        "fallbackText": fitted(notification.headline, 300),
    }
    return {
        "type": "message",
        "attachments": [{"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": content}],
    }


def _runs(*pieces: tuple[str, dict[str, Any]]) -> dict[str, Any]:
    return {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": text, **style} for text, style in pieces]}
