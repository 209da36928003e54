"""Redis, asked for the lengths of lists and the lag of consumer groups. Only reading commands are sent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from collector.queues.poller import QueueReading, Setup
from collector.queues.redis.config import RedisSettings
from collector.queues.redis.connection import answered, connect
from collector.queues.redis.keys import KnownKeys
from collector.queues.redis.lists import ListReader
from collector.queues.redis.streams import StreamReader

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class RedisPoller:
    """Ages count from Redis' own clock, so that ours may differ."""

    def __init__(self, setup: Setup) -> None:
        settings: RedisSettings = setup.settings
        self._broker = settings.broker or setup.id
        self._where = f"Redis at {settings.url}" if not settings.sentinels else f"Redis master {settings.sentinel_master}"
        self._client = connect(setup)
        limit = settings.key_limit
        self._readers: list[ListReader | StreamReader] = [
            ListReader(each, KnownKeys(each.key, "list", limit, without=(each.processing, each.dead_letters)))
            for each in settings.lists
        ]
        self._readers += [
            StreamReader(each, KnownKeys(each.key, "stream", limit, without=(each.dead_letters,)), settings.count_limit)
            for each in settings.streams
        ]

    def sample(self) -> Sequence[QueueReading]:
        """Lists first, then streams, each as configured."""
        return answered(self._where, self._read)

    def close(self) -> None:
        self._client.close()

    def _read(self) -> Sequence[QueueReading]:
        seconds, micros = self._client.time()
        now = _EPOCH + timedelta(seconds=seconds, microseconds=micros)
        return [reading for reader in self._readers for reading in reader.readings(self._client, self._broker, now)]
