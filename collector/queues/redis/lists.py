"""Lists as queues."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import redis

from collector.queues.instants import age_seconds, instant_of
from collector.queues.poller import QueueReading
from collector.queues.redis.config import RedisList
from collector.queues.redis.keys import KnownKeys


class ListReader:
    """Reads the lists of one entry."""

    def __init__(self, wanted: RedisList, keys: KnownKeys) -> None:
        self._wanted = wanted
        self._keys = keys

    def readings(self, client: redis.Redis, broker: str, now: datetime) -> Iterator[QueueReading]:
        """An empty list is one that does not exist, so a length of 0 is a true one."""
        for key in self._keys.find(client):
            yield QueueReading(
                queue=key,
                broker=broker,
                depth=_count(client.llen(key)),
                oldest_age_seconds=self._age(client, key, now),
                in_flight=self._length(client, self._wanted.processing, key),
                dead_letters=self._length(client, self._wanted.dead_letters, key),
            )

    def _age(self, client: redis.Redis, key: str, now: datetime) -> float | None:
        if self._wanted.time_field is None:
            return None
        oldest = client.lindex(key, -1 if self._wanted.oldest == "right" else 0)
        return 0.0 if oldest is None else age_seconds(instant_of(field_of(oldest, self._wanted.time_field)), now)

    def _length(self, client: redis.Redis, name: str | None, key: str) -> int | None:
        return None if name is None else _count(client.llen(name.replace("{key}", key)))


def field_of(message: Any, path: str) -> Any:
    """The value at `path` (names joined by dots) of a JSON object; None when the message is no JSON or lacks it."""
    try:
        value = json.loads(message)
    except (ValueError, TypeError, RecursionError):
        return None
    for name in path.split("."):
        if not isinstance(value, dict):
            return None
        value = value.get(name)
    return value


def _count(answer: Any) -> int | None:
    return answer if isinstance(answer, int) else None
