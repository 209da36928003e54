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
    """One writer thread between many requests and the store.

    `submit` never blocks: it returns a future that resolves when the item's commit has returned, or carries Refused.
    Beyond `limits.waiting` bytes it raises Refused 429 at once. `commit` gets what arrived within `limits.linger`, up to
    `limits.batch` bytes, and answers for each item. Lifecycle: `start` before the first `submit`; `stop` commits what
    waits, then ends the thread; both are safe twice, and `stop` without `start`.
    """

    def __init__(self, name: str, commit: Commit[Item], limits: Limits) -> None:
        self._name = name
        self._commit = commit
        self._limits = limits
        self._queue: deque[_Waiting[Item]] = deque()
        self._bytes = 0
        self._changed = threading.Condition()
        self._stopping = True
        self._thread: threading.Thread | None = None

    @property
    def waiting_bytes(self) -> int:
        return self._bytes

    def start(self) -> None:
        if self._thread is not None:
            return
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name=f"intake-{self._name}", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        thread, self._thread = self._thread, None
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        if thread is not None:
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
            self._changed.wait_for(lambda: self._queue or self._stopping)
            deadline = time.monotonic() + self._limits.linger
            while not self._stopping and self._bytes < self._limits.batch:
                if not self._changed.wait(max(0.0, deadline - time.monotonic())):
                    break
            batch: list[_Waiting[Item]] = []
            size = 0
            while self._queue and (not batch or size + self._queue[0].item.size <= self._limits.batch):
                batch.append(self._queue.popleft())
                size += batch[-1].item.size
            return batch

    def _answer(self, batch: Sequence[_Waiting[Item]], verdicts: Sequence[Verdict]) -> None:
        with self._changed:
            self._bytes -= sum(waiting.item.size for waiting in batch)
        for waiting, verdict in zip(batch, verdicts, strict=True):
            # A sender that went away has cancelled its future; its data is stored all the same.
            if not waiting.done.set_running_or_notify_cancel():
                continue
            if verdict is None:
                waiting.done.set_result(None)
            else:
                waiting.done.set_exception(verdict)
