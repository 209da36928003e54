"""What reads a JSON request of each signal that is no OTLP."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from collector.batches.run import read_runs
from collector.events.read import read_events
from collector.queues.sample import read_samples
from collector.rows import Row
from domain.clock import Clock
from domain.configuration import Configuration

READERS: Mapping[str, Callable[[bytes, Configuration, Clock], Mapping[str, Sequence[Row]]]] = {
    "queues": read_samples,
    "batches": read_runs,
    "events": read_events,
}
