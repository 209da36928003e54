"""Streams: what each consumer group has still to read, and what it has read and not acknowledged."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import redis

from collector.queues.instants import instant_of, oldest_age
from collector.queues.poller import PollFailed, QueueReading
from collector.queues.rates import Rates
from collector.queues.redis.config import RedisStream
from collector.queues.redis.keys import KnownKeys


class StreamReader:
    """Reads the streams of one entry. Its own rates; not shared between threads."""

    def __init__(self, wanted: RedisStream, keys: KnownKeys, count_limit: int) -> None:
        self._wanted = wanted
        self._keys = keys
        self._count_limit = count_limit
        self._rates = Rates()

    def readings(self, client: redis.Redis, broker: str, now: datetime) -> Iterator[QueueReading]:
        """One per wanted consumer group, named key/group; for a stream without any group one, with its length as depth."""
        for key in self._keys.find(client):
            stream = _stream(client, key)
            groups = client.xinfo_groups(key)
            added = self._rates.per_second((key, "added"), stream.get("entries-added"), now)
            if not groups:
                yield self._whole(client, key, stream, broker, now, added)
            for group in groups:
                if self._wanted.groups.wants(group["name"]):
                    yield self._group(client, key, stream, group, broker, now, added)

    def _whole(self, client: redis.Redis, key: str, stream: Any, broker: str, now: datetime, added: float | None) -> QueueReading:
        first = stream.get("first-entry")
        return QueueReading(
            queue=key,
            broker=broker,
            depth=stream["length"],
            oldest_age_seconds=oldest_age(_written(first[0]) if first else None, now, stream["length"]),
            publish_rate=added,
            dead_letters=self._dead_letters(client, key, ""),
        )

    def _group(
        self, client: redis.Redis, key: str, stream: Any, group: Any, broker: str, now: datetime, added: float | None
    ) -> QueueReading:
        name, read, pending = group["name"], group.get("entries-read"), group["pending"]
        acknowledged = None if read is None else read - pending
        lag = self._lag(client, key, stream, group)
        return QueueReading(
            queue=f"{key}/{name}",
            broker=broker,
            depth=lag,
            oldest_age_seconds=oldest_age(_oldest(client, key, group), now, lag, pending),
            in_flight=pending,
            consumers=group["consumers"],
            publish_rate=added,
            ack_rate=self._rates.per_second((key, name), acknowledged, now),
            dead_letters=self._dead_letters(client, key, name),
        )

    def _lag(self, client: redis.Redis, key: str, stream: Any, group: Any) -> int | None:
        """Entries not delivered yet. Redis before 7, or after deletions, does not know: then they are counted, up to a limit."""
        if isinstance(group.get("lag"), int):
            return int(group["lag"])
        if group["last-delivered-id"] == stream["last-generated-id"]:
            return 0
        left: Any = client.xrange(key, min=f"({group['last-delivered-id']}", count=self._count_limit + 1)
        return len(left) if len(left) <= self._count_limit else None

    def _dead_letters(self, client: redis.Redis, key: str, group: str) -> int | None:
        if self._wanted.dead_letters is None:
            return None
        name = self._wanted.dead_letters.replace("{key}", key).replace("{group}", group)
        kind = client.type(name)
        length = client.llen(name) if kind == "list" else client.xlen(name)
        return int(length)


def _stream(client: redis.Redis, key: str) -> Any:
    try:
        return client.xinfo_stream(key)
    except redis.ResponseError as error:
        if "no such key" in str(error):
            raise PollFailed(f"there is no stream {key}; check the key and the database's number in url") from error
        raise


def _oldest(client: redis.Redis, key: str, group: Any) -> datetime | None:
    """When the oldest entry was written that the group has not acknowledged, by its id."""
    first_unread: Any = client.xrange(key, min=f"({group['last-delivered-id']}", count=1)
    ids = [first_unread[0][0]] if first_unread else []
    if group["pending"]:
        ids.append(client.xpending(key, group["name"])["min"])
    times = [written for each in ids if (written := _written(each)) is not None]
    return min(times) if len(times) == len(ids) and times else None


def _written(entry_id: str) -> datetime | None:
    """An id begins with milliseconds since 1970, unless the sender chose another."""
    return instant_of(int(entry_id.partition("-")[0]))
