"""What every poller is: one broker, asked again and again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from domain.clock import Clock


@dataclass(frozen=True, slots=True)
class QueueReading:
    """A queue at one instant. None: the broker did not say, which is never the same as 0.

    Ages are seconds, rates messages per second. `time` is aware; None means the moment the poll was answered.
    `capacity` is the most messages the queue may hold: one that is full refuses or drops, and its depth alone does not show it.
    `broker` tells apart queues of the same name: a cluster, a virtual host, a consumer group's cluster.
    """

    queue: str
    broker: str
    depth: int | None = None
    oldest_age_seconds: float | None = None
    in_flight: int | None = None
    consumers: int | None = None
    publish_rate: float | None = None
    ack_rate: float | None = None
    dead_letters: int | None = None
    capacity: int | None = None
    time: datetime | None = None


class PollFailed(Exception):
    """The broker could not be read. The message says what, where and what to do; it holds no secret and no payload."""


class Poller(Protocol):
    """Always called from one thread at a time, `sample` about every `every`; connections are made on the first one and kept.

    `sample` answers within the setup's timeout or raises PollFailed; any other exception counts as a failed poll, too, and
    the poller is then closed and built anew. Reading must change nothing at the broker. `close` is safe twice, and safe
    without a sample.
    """

    def sample(self) -> Sequence[QueueReading]: ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Setup:
    """What a kind builds its poller from. `settings` is the kind's own typed value, `timeout` seconds for one sample.

    `environment` is where secrets named by {env: NAME} are revealed from.
    """

    id: str
    settings: Any
    timeout: float
    environment: Mapping[str, str]
    clock: Clock
