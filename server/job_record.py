"""What the scheduler did, put on record for pages and other processes."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable
from dataclasses import asdict

from domain.clock import Clock
from server.jobs import JobFigures
from store.store import Store

_PROCESS = f"{platform.node()}:{os.getpid()}"


class JobRecord:
    """`step` writes the newest figures of every job; a row replaces the one before."""

    def __init__(self, store: Store, figures: Callable[[], tuple[JobFigures, ...]], clock: Clock) -> None:
        self._store = store
        self._figures = figures
        self._clock = clock

    def step(self) -> None:
        rows = [asdict(figures) for figures in self._figures()]
        for row in rows:
            row |= {"job": row.pop("name"), "process": _PROCESS, "recorded": self._clock()}
        self._store.insert("job_runs", rows)
