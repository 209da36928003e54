"""Anything that brings telemetry in by itself: pollers, watched folders, consumers."""

from __future__ import annotations

from typing import Protocol


class Source(Protocol):
    """Runs in threads of its own between `start` and `stop`. Both are safe twice; `stop` is safe without `start` and waits.

    A source never raises from `start`: what it cannot reach yet it tries again, and says so in its figures.
    """

    @property
    def name(self) -> str: ...

    def start(self) -> None: ...

    def stop(self) -> None: ...
