"""The body of POST /v1/queues."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter

from collector.json_bodies import Count, Instant, JsonBody, Name, Number, OptionalName, parse_list
from collector.rows import Row
from domain.clock import Clock
from domain.configuration import Configuration


class QueueSample(JsonBody):
    """A queue at one instant. A figure left out was not reported, which is not the same as 0. Rates are per second."""

    queue: Name
    broker: OptionalName = ""
    interface_id: OptionalName | None = None
    time: Instant
    depth: Count | None = None
    oldest_age_seconds: Number | None = None
    in_flight: Count | None = None
    consumers: Count | None = None
    publish_rate: Number | None = None
    ack_rate: Number | None = None
    dead_letters: Count | None = None
    capacity: Count | None = None


_SAMPLES = TypeAdapter(list[QueueSample])


def read_samples(body: bytes, configuration: Configuration, clock: Clock) -> dict[str, list[Row]]:
    """Rows of queue_samples; a sample without interface_id belongs to the interface configured with that queue."""
    interface_of = {interface.queue: interface.id for interface in configuration.interfaces if interface.queue}
    received = clock()
    rows: list[Row] = []
    for sample in parse_list(_SAMPLES, body):
        row: dict[str, Any] = {name: getattr(sample, name) for name in QueueSample.model_fields}
        if sample.interface_id is None:
            row["interface_id"] = interface_of.get(sample.queue, "")
        rows.append(row | {"received": received})
    return {"queue_samples": rows}
