"""Answers about supplier and item masters. Times are UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from analytics.failures.rows import Amount


@dataclass(frozen=True, slots=True)
class MasterPair:
    """Two records that are, or may be, one; or (other_id = id) one record that systems tell differently.

    kind: duplicate (a number of one scheme in common, or the name and no number against it), conflicting (the same name, yet
    numbers that differ), divergent. reasons say what is the same and what differs. amounts: ordered under either in the
    interval, by currency; orders: how many. item_id: its work item at the exceptions desk. steward '' when nobody is configured.
    """

    item_id: str
    master: str
    id: str
    other_id: str
    kind: str
    reasons: tuple[str, ...]
    first_seen: datetime
    amounts: tuple[Amount, ...]
    orders: int
    steward: str
    remedy: str
