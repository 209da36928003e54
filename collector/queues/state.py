"""How a poller is doing, and the rows that say so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from collector.queues.poller import QueueReading
from collector.rows import Row
from domain.pollers import QueuePoller


@dataclass(frozen=True, slots=True)
class PollerState:
    """`tried` and `last_good` are None before the first poll and the first good one since start. `failures` in a row.

    `queues` counts what the last good poll read. `error` is why the last poll failed, "" when it did not; no secret is in it.
    """

    id: str
    kind: str
    tried: datetime | None = None
    last_good: datetime | None = None
    failures: int = 0
    queues: int = 0
    error: str = ""

    def row(self, every: float, received: datetime) -> Row:
        """The row of poller_states. `every` is seconds between polls."""
        return {
            "poller": self.id,
            "time": self.tried,
            "kind": self.kind,
            "every_seconds": every,
            "last_good": self.last_good,
            "failures": self.failures,
            "queues": self.queues,
            "error": self.error,
            "received": received,
        }


def sample_rows(
    poller: QueuePoller, readings: Sequence[QueueReading], interface_of: Mapping[str, str], answered: datetime
) -> list[Row]:
    """Rows of queue_samples; a reading without time is of the moment the poll was answered."""
    return [
        {
            "queue": reading.queue,
            "broker": reading.broker,
            "interface_id": poller.interfaces.get(reading.queue) or interface_of.get(reading.queue, ""),
            "time": reading.time or answered,
            "depth": reading.depth,
            "oldest_age_seconds": reading.oldest_age_seconds,
            "in_flight": reading.in_flight,
            "consumers": reading.consumers,
            "publish_rate": reading.publish_rate,
            "ack_rate": reading.ack_rate,
            "dead_letters": reading.dead_letters,
            "capacity": reading.capacity,
            "received": answered,
        }
        for reading in readings
    ]
