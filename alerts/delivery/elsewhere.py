"""What could not be delivered is told through another channel. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from alerts.channels.channel import Channel
from alerts.notification import Notification


def told_elsewhere(
    notification: Notification, detail: str, channels: Mapping[str, Channel], at: datetime
) -> tuple[Notification, ...]:
    """The same news through the next channel that was not tried; () when none is left. One for each person where the medium wants it."""
    tried = (*notification.tried, notification.channel)
    chosen = next(
        (c for c in _order(notification.channel, channels) if c not in tried and _reaches(channels[c], notification)), None
    )
    if chosen is None:
        return ()
    audiences = [(r,) for r in notification.recipients] if channels[chosen].terms.per_person else [notification.recipients]
    return tuple(_copy(notification, chosen, people, detail, tried, at) for people in audiences)


def _order(failed: str, channels: Mapping[str, Channel]) -> tuple[str, ...]:
    """As the failed channel's configuration says; else the others, by how surely they reach somebody."""
    named = channels[failed].terms.elsewhere if failed in channels else ()
    if named:
        return tuple(c for c in named if c in channels)
    return tuple(sorted((c for c in channels if c != failed), key=lambda c: (channels[c].terms.rank, c)))


def _reaches(channel: Channel, notification: Notification) -> bool:
    return bool(notification.recipients) or not channel.terms.per_person


def _copy(
    notification: Notification, channel: str, people: tuple[str, ...], detail: str, tried: tuple[str, ...], at: datetime
) -> Notification:
    identity = "|".join((notification.notification_id, "elsewhere", channel, *people))
    return replace(
        notification,
        notification_id=hashlib.sha256(identity.encode()).hexdigest()[:20],
        channel=channel,
        recipients=people,
        facts=(*notification.facts, ("Not delivered through", f"{notification.channel}: {detail}"[:500])),
        decided=at,
        again=False,
        reference="",
        reason=f"{notification.channel} could not deliver it",
        tried=tried,
    )
