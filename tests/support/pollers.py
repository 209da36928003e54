"""A poller as the runner builds it: settings from plain YAML values, through the kind's own type."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from typing import Any

from collector.queues.kind import Kind
from collector.queues.poller import Poller, QueueReading, Setup
from domain.clock import Clock, system_clock


@contextmanager
def built(
    kind: Kind,
    settings: Mapping[str, Any],
    environment: Mapping[str, str] | None = None,
    *,
    timeout: float = 5.0,
    clock: Clock = system_clock,
) -> Iterator[Poller]:
    typed = kind.settings.model_validate(settings)
    with closing(kind.build(Setup("test", typed, timeout, environment or {}, clock))) as poller:
        yield poller


def sampled(
    kind: Kind, settings: Mapping[str, Any], environment: Mapping[str, str] | None = None, *, timeout: float = 5.0
) -> dict[str, QueueReading]:
    """One sample, by queue."""
    with built(kind, settings, environment, timeout=timeout) as poller:
        return by_queue(poller.sample())


def by_queue(readings: Sequence[QueueReading]) -> dict[str, QueueReading]:
    found = {reading.queue: reading for reading in readings}
    assert len(found) == len(readings), f"a queue twice in {readings}"
    return found


@contextmanager
def answering_nothing() -> Iterator[int]:
    """A port that takes connections and never says a word."""
    kept: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def accept() -> None:
            while True:
                try:
                    kept.append(listener.accept()[0])
                except OSError:
                    return

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join(5)
            for each in kept:
                each.close()
