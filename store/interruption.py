"""Background work that ends between two statements when its process stops: history worked through in pieces may take minutes."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

_local = threading.local()


class Interrupted(Exception):
    """The process stops. What was done so far stays; the work goes on from there at the next start."""


@contextmanager
def until(stopping: threading.Event) -> Iterator[None]:
    """Statements of this thread within the block are refused with Interrupted from the moment `stopping` is set."""
    _local.stopping = stopping
    try:
        yield
    finally:
        _local.stopping = None


def check() -> None:
    """Raises Interrupted when this thread's work is to end."""
    stopping: threading.Event | None = getattr(_local, "stopping", None)
    if stopping is not None and stopping.is_set():
        raise Interrupted("the process stops")
