"""When a message that is owed goes out, in which order, how fast, and when it is given up or alarmed about. Pure."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from alerts.channels.channel import Delivery, Outcome, Terms
from alerts.notification import Notification
from domain.slas import Severity

_FIRST_WAIT, _LONGEST_WAIT, _MOST_DOUBLINGS = timedelta(seconds=5), timedelta(minutes=10), 10
_LONGEST_ASKED = timedelta(hours=1)
_LONGEST_REST = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Owed:
    """A message to send. attempts: begun so far. failures: ended without acceptance. first, last: when attempts began or ended, None
    before. cut_off: the newest attempt has no end, so a crash ended it. doubtful: some attempt may have been accepted.
    not_before: until when the other side asked to wait. alarmed: others were told that it could not be delivered.
    """

    notification: Notification
    attempts: int = 0
    failures: int = 0
    cut_off: bool = False
    doubtful: bool = False
    first: datetime | None = None
    last: datetime | None = None
    not_before: datetime | None = None
    alarmed: bool = False

    def due(self, now: datetime) -> bool:
        """At once at first and after a crash, then with doubling waits and a jitter of its own, never before it was asked for."""
        if self.attempts == 0 or self.cut_off or self.last is None:
            return True
        wait = self.last + wait_after(self.failures, self.notification.notification_id)
        return now >= max(wait, self.not_before or wait)


def wait_after(failures: int, notification_id: str) -> timedelta:
    """5 s doubling to 10 min, plus up to a quarter that is stable for the message."""
    wait: timedelta = min(_FIRST_WAIT * 2 ** min(max(0, failures - 1), _MOST_DOUBLINGS), _LONGEST_WAIT)
    return wait * (1 + (zlib.crc32(notification_id.encode()) % 100) / 400)


def in_turn(owed: Iterable[Owed], now: datetime) -> tuple[Owed, ...]:
    """Those of one channel that may go now, most urgent first.

    News of an incident reach a person in the order they were decided: only the oldest of them may go, and it holds the others up.
    Among messages alike, those tried less often go first: one that never gets through must not keep the rest.
    """
    found: dict[tuple[str, tuple[str, ...]], Owed] = {}
    for one in sorted(owed, key=lambda o: (o.notification.decided, o.notification.notification_id)):
        found.setdefault((one.notification.incident_id, one.notification.recipients), one)
    ready = (one for one in found.values() if one.due(now))
    return tuple(sorted(ready, key=_urgency))


def _urgency(owed: Owed) -> tuple[int, int, datetime, str]:
    n = owed.notification
    return (-Severity(n.severity).rank, owed.attempts, n.decided, n.notification_id)


def given_up(owed: Owed, delivery: Delivery, now: datetime, terms: Terms) -> bool:
    """A refusal is final; what may work later is tried for `give_up_after` since its first attempt."""
    if delivery.outcome is Outcome.SENT:
        return False
    return delivery.outcome is Outcome.REFUSED or now - (owed.first or now) >= terms.give_up_after


def alarms(owed: Owed, delivery: Delivery, now: datetime, terms: Terms) -> bool:
    """Whether others are told now that it could not be delivered: once a message, at its end or when it took too long."""
    if owed.alarmed or delivery.outcome is Outcome.SENT:
        return False
    return given_up(owed, delivery, now, terms) or now - (owed.first or now) >= terms.alarm_after


def asked_to_wait(delivery: Delivery, now: datetime) -> datetime | None:
    """Until when, by Retry-After; more than an hour is not believed."""
    if delivery.retry_after is None:
        return None
    return now + min(timedelta(seconds=delivery.retry_after), _LONGEST_ASKED)


def rest_after(failures: int) -> timedelta:
    """How long a channel rests after so many failures in a row: none after the first, then 1 s doubling to a minute."""
    return timedelta(0) if failures < 2 else min(timedelta(seconds=1) * 2 ** min(failures - 2, 10), _LONGEST_REST)


@dataclass(frozen=True, slots=True)
class Bucket:
    """A channel's rate: `tokens` messages may go at `at`. Full before the first."""

    tokens: float | None = None
    at: datetime | None = None

    def filled(self, terms: Terms, now: datetime) -> Bucket:
        """As it is at `now`; a clock that goes back fills nothing."""
        if self.tokens is None or self.at is None:
            return Bucket(float(terms.burst), now)
        gained = max(0.0, (now - self.at).total_seconds()) * terms.per_minute / 60
        return Bucket(min(float(terms.burst), self.tokens + gained), max(now, self.at))

    def take(self, terms: Terms, now: datetime) -> Bucket | None:
        """With one message less, or None when there is none to take."""
        bucket = self.filled(terms, now)
        # A billionth forgives what binary fractions lose.
        return Bucket((bucket.tokens or 0.0) - 1.0, bucket.at) if (bucket.tokens or 0.0) >= 1.0 - 1e-9 else None
