"""Coalesce concurrent requests into few commits, and acknowledge each only after its own commit."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

import structlog

from collector.limits import Limits
from collector.refusals import Refused, store_away

_log = structlog.get_logger(__name__)


class Sized(Protocol):
    """Anything that says how many bytes it holds."""

    @property
    def size(self) -> int: ...


Item = TypeVar("Item", bound=Sized)
Verdict = Refused | None  # None: committed
Commit = Callable[[Sequence[Item]], Sequence[Verdict]]


@dataclass(slots=True)
class _Waiting(Generic[Item]):
    item: Item
    done: Future[None]


class Intake(Generic[Item]):
    """A few writer threads between many requests and the store.

    `submit` never blocks: it returns a future that resolves when the item's commit has returned, or carries Refused.
    Beyond `limits.waiting` bytes it raises Refused 429 at once. `commit` gets what arrived within `limits.linger`, up to
    `limits.batch` bytes, and answers for each item. While one commit is under way, the next of at most `limits.writers` begins only
    once `limits.overlap` bytes wait: small batches cost more than they gain. Lifecycle: `start` before the first `submit`; `stop` commits what
    waits, then ends the thread; both are safe twice, and `stop` without `start`.
    """

    def __init__(self, name: str, commit: Commit[Item], limits: Limits) -> None:
        self._name = name
        self._commit = commit
        self._limits = limits
        self._queue: deque[_Waiting[Item]] = deque()
        self._bytes = self._queued = self._committing = 0
        self._changed = threading.Condition()
        self._stopping = True
        self._threads: list[threading.Thread] = []

    @property
    def waiting_bytes(self) -> int:
        return self._bytes

    def start(self) -> None:
        if self._threads:
            return
        self._stopping = False
        names = [f"intake-{self._name}", *(f"intake-{self._name}-{n}" for n in range(2, self._limits.writers + 1))]
        self._threads = [threading.Thread(target=self._run, name=name, daemon=True) for name in names]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        threads, self._threads = self._threads, []
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        for thread in threads:
            thread.join()

    def submit(self, item: Item) -> Future[None]:
        retry = self._limits.retry_after
        with self._changed:
            if self._stopping:
                raise Refused(503, "stopping", "The collector is not running; send again", retry_after=retry)
            # One item alone is always taken, however the limits are set.
            if self._queue and self._bytes + item.size > self._limits.waiting:
                raise Refused(429, "overloaded", f"{self._bytes} bytes wait to be stored; send again", retry_after=retry)
            waiting = _Waiting(item, Future())
            self._queue.append(waiting)
            self._bytes += item.size
            self._queued += item.size
            self._changed.notify_all()
            return waiting.done

    def _run(self) -> None:
        while batch := self._next():
            try:
                verdicts = self._commit([waiting.item for waiting in batch])
            except Exception as error:  # the writer must outlive any single batch; the senders keep their data
                _log.error("batch not stored", intake=self._name, requests=len(batch), error=str(error))
                verdicts = [store_away(error, self._limits.retry_after)] * len(batch)
            self._answer(batch, verdicts)

    def _next(self) -> list[_Waiting[Item]]:
        """The next batch, empty when stopped and nothing waits."""
        with self._changed:
            while True:
                self._changed.wait_for(lambda: self._stopping or self._worthwhile())
                self._committing += 1
                self._linger()
                if batch := self._taken():
                    return batch
                self._committing -= 1
                if self._stopping:
                    return []

    def _worthwhile(self) -> bool:
        return bool(self._queue) and (not self._committing or self._queued >= self._limits.overlap)

    def _linger(self) -> None:
        deadline = time.monotonic() + self._limits.linger
        while not self._stopping and self._queued < self._limits.batch:
            if not self._changed.wait(max(0.0, deadline - time.monotonic())):
                break

    def _taken(self) -> list[_Waiting[Item]]:
        batch: list[_Waiting[Item]] = []
        size = 0
        while self._queue and (not batch or size + self._queue[0].item.size <= self._limits.batch):
            batch.append(self._queue.popleft())
            size += batch[-1].item.size
        self._queued -= size
        return batch

    def _answer(self, batch: Sequence[_Waiting[Item]], verdicts: Sequence[Verdict]) -> None:
        with self._changed:
            self._bytes -= sum(waiting.item.size for waiting in batch)
            self._committing -= 1
            self._changed.notify_all()
        for waiting, verdict in zip(batch, verdicts, strict=True):
            # A sender that went away has cancelled its future; its data is stored all the same.
            if not waiting.done.set_running_or_notify_cancel():
                continue
            if verdict is None:
                waiting.done.set_result(None)
            else:
                waiting.done.set_exception(verdict)
