"""Fitting text into a medium by shortening it, never by failing."""

from __future__ import annotations

from collections.abc import Callable

from alerts.notification import Notification

_STATES = {"critical": "✕", "warning": "!", "info": "i", "resolved": "✓"}


def utf16(text: str) -> int:
    """Length in UTF-16 units: the strictest of the ways media count characters (an emoji is two)."""
    return len(text) + sum(character > "\uffff" for character in text)


def fitted(text: str, most: int, size: Callable[[str], int] = utf16) -> str:
    """`text`, or as much of its start as fits with an ellipsis into `most` by `size`, which must grow with the text."""
    if size(text) <= most:
        return text
    low, high = 0, min(len(text), most)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if size(text[:middle] + "…") <= most else (low, middle - 1)
    return text[:low] + "…" if size("…") <= most else ""


def in_bytes(text: str) -> int:
    """Length in UTF-8."""
    return len(text.encode())


def word(notification: Notification) -> str:
    """The state in a word."""
    return "resolved" if notification.resolved else notification.severity


def mark(notification: Notification) -> str:
    """The state as a sign, for media without pictures: never colour alone."""
    return _STATES.get(word(notification), "•")


def plain(notification: Notification, most: int) -> str:
    """The whole notification as text of at most `most` UTF-16 units; what is cut away is facts, and behind the links."""
    lines = [fitted(notification.headline, most // 3), ""]
    lines += [f"{label}: {url}" for label, url in notification.links if len(url) <= most // 8]
    lines += ["", *(f"{label}: {text}" for label, text in notification.facts)]
    if notification.again:
        lines += ["", "This may be a repeat: the first attempt's outcome is not known."]
    return fitted("\n".join(lines), most)


def footer(notification: Notification) -> str:
    """Where it comes from, and whether it may be a repeat."""
    again = " · may be a repeat" if notification.again else ""
    return f"{notification.organisation} · incident {notification.incident_id} · {notification.kind}{again}"
