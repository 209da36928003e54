"""Redis lists and streams."""

from __future__ import annotations

from collector.queues.kind import Kind
from collector.queues.poller import Poller, Setup
from collector.queues.redis.config import RedisSettings


def _build(setup: Setup) -> Poller:
    from collector.queues.redis.poller import RedisPoller

    return RedisPoller(setup)


KIND = Kind(RedisSettings, _build)
