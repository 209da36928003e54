"""Anything that brings telemetry in by itself: pollers, watched folders, consumers."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Protocol


class Source(Protocol):
    """Runs in threads of its own between `start` and `stop`. Both are safe twice; `stop` is safe without `start` and waits.

    A source never raises from `start`: what it cannot reach yet it tries again, and says so in its figures.
    """

    @property
    def name(self) -> str: ...

    def start(self) -> None: ...

    def stop(self) -> None: ...


class SourceThread:
    """The thread of a source whose `run` returns soon after `stopping` is set. `start` and `stop` as a Source's."""

    def __init__(self, name: str, run: Callable[[], None]) -> None:
        self.name = name
        self.stopping = threading.Event()
        self._run = run
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        if self._thread is None:
            self.stopping.clear()
            self._thread = threading.Thread(target=self._run, name=self.name, daemon=True)
            self._thread.start()

    def stop(self, hurry: Callable[[], None] = lambda: None) -> None:
        """`hurry` ends what `run` may be waiting for."""
        thread, self._thread = self._thread, None
        self.stopping.set()
        hurry()
        if thread is not None:
            thread.join()
