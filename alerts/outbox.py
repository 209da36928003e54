"""When a message that is owed is tried again, and when it is given up: pure."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from alerts.channels.channel import Delivery, Outcome
from alerts.notification import Notification

MOST_ATTEMPTS = 10
_FIRST_WAIT, _LONGEST_WAIT = timedelta(seconds=5), timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Owed:
    """A message to send. An attempt without a failure recorded after it ended in a crash: its outcome is unknown."""

    notification: Notification
    attempts: int
    failures: int
    last_attempt: datetime

    @property
    def outcome_unknown(self) -> bool:
        return self.attempts > self.failures


def due(owed: Owed, now: datetime) -> bool:
    """Whether its turn has come: at once at first, then with doubling waits and a jitter of its own."""
    if owed.attempts == 0 or owed.outcome_unknown:
        return True
    return now >= owed.last_attempt + wait_after(owed.failures, owed.notification.notification_id)


def wait_after(failures: int, notification_id: str) -> timedelta:
    """The wait after so many failures: 5 s doubling to 10 min, plus up to a quarter that is stable for the message."""
    wait: timedelta = min(_FIRST_WAIT * 2 ** max(0, failures - 1), _LONGEST_WAIT)
    return wait * (1 + (zlib.crc32(notification_id.encode()) % 100) / 400)


def given_up(delivery: Delivery, attempt: int) -> bool:
    """A refusal is final; what may work later is tried MOST_ATTEMPTS times."""
    return delivery.outcome is Outcome.REFUSED or (delivery.outcome is Outcome.RETRY and attempt >= MOST_ATTEMPTS)
