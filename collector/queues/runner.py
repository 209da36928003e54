"""A poller's days: ask, store, wait; ask less often while it fails."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import replace
from datetime import timedelta
from typing import Protocol

import structlog

from collector.queues.call import BoundedPoller
from collector.queues.poller import Poller, PollFailed
from collector.queues.scrub import revealed, scrub
from collector.queues.state import PollerState, sample_rows
from collector.refusals import Refused
from collector.rows import Row
from collector.source import SourceThread
from domain.clock import Clock
from domain.pollers import QueuePoller
from domain.secrets import SecretMissing

_log = structlog.get_logger(__name__)
_LONGEST_WAIT = timedelta(minutes=5)
_COMMIT_SECONDS = 30.0
_BYTES_OF_ROW = 200

Between = Callable[[float, float], float]


class TakeRows(Protocol):
    """Collector.take_rows."""

    def __call__(self, tables: Mapping[str, Sequence[Row]], *, size: int) -> tuple[int, Future[None] | None]: ...


def wait_seconds(every: timedelta, failures: int, between: Between = random.uniform) -> float:
    """Seconds until the next poll: the interval, doubled for each failure in a row up to five minutes (or the interval,
    where that is longer), and a tenth more or less, so that pollers which start together do not ask together."""
    longest = max(every, _LONGEST_WAIT)
    grown = min(every * 2 ** min(failures, 16), longest)
    return float(grown.total_seconds() * between(0.9, 1.1))


class PollerRunner:
    """One configured poller as a Source: a thread of its own, so that none waits for another.

    Every poll is recorded in poller_states, good or not. `state` may be read from any thread.
    """

    def __init__(
        self,
        poller: QueuePoller,
        build: Callable[[], Poller],
        take_rows: TakeRows,
        interface_of: Mapping[str, str],
        environment: Mapping[str, str],
        clock: Clock,
        between: Between = random.uniform,
    ) -> None:
        self.state = PollerState(poller.id, poller.kind)
        self._poller = poller
        self._bounded = BoundedPoller(self.name, build, poller.timeout.total_seconds())
        self._take_rows = take_rows
        self._interface_of = interface_of
        self._environment = environment
        self._clock = clock
        self._between = between
        self._thread = SourceThread(self.name, self._run)

    @property
    def name(self) -> str:
        return f"poller-{self.state.id}"

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._thread.stop(self._bounded.abandon)
        self._bounded.close()

    def poll(self) -> PollerState:
        """One poll, stored and recorded. Never raises."""
        try:
            readings = self._bounded.sample()
        except Exception as error:
            if self._thread.stopping.is_set():  # given up because of that
                return self.state
            self._failed(self._told(error))
            self._store([])
            return self.state
        answered = self._clock()
        good = replace(self.state, tried=answered, last_good=answered, failures=0, queues=len(readings), error="")
        if refusal := self._store(sample_rows(self._poller, readings, self._interface_of, answered), good):
            self._failed(refusal)
        else:
            self.state = good
        return self.state

    def _run(self) -> None:
        # The first poll comes soon, but not all of them in the same instant.
        wait = self._between(0.0, min(2.0, self._poller.every.total_seconds()))
        while not self._thread.stopping.wait(wait):
            self.poll()
            wait = wait_seconds(self._poller.every, self.state.failures, self._between)

    def _failed(self, error: str) -> None:
        """Logged when it begins or changes, not at every attempt."""
        if error != self.state.error:
            _log.warning("poll failed", poller=self.state.id, kind=self.state.kind, error=error)
        self.state = replace(self.state, tried=self._clock(), failures=self.state.failures + 1, error=error)

    def _told(self, error: Exception) -> str:
        known = isinstance(error, PollFailed | SecretMissing)
        text = str(error) if known else f"{type(error).__name__}: {error}"
        return scrub(text, revealed(self._poller.settings, self._environment))

    def _store(self, samples: Sequence[Row], state: PollerState | None = None) -> str:
        """Why the rows were not stored, "" when they were."""
        row = (state or self.state).row(self._poller.every.total_seconds(), self._clock())
        size = _BYTES_OF_ROW * (len(samples) + 1)
        try:
            _, commit = self._take_rows({"queue_samples": samples, "poller_states": [row]}, size=size)
            if commit is not None:
                commit.result(_COMMIT_SECONDS)
        except Refused as refused:
            return f"read, but not stored: {refused.message}"
        except TimeoutError:
            return f"read, but not stored within {_COMMIT_SECONDS:g} s; see the store's state"
        return ""
