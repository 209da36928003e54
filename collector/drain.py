"""Bring what waits in the spool to the store, in the order it was accepted, whenever the store takes it."""

from __future__ import annotations

import threading
import time
import uuid
from collections import Counter
from collections.abc import Sequence

import structlog

from collector.admission import Elsewhere
from collector.spool.book import Entry
from collector.spool.keys import Unreadable
from collector.spool.segment import Kept, Segment
from collector.writer import Keeping, Writer
from store.errors import Reason, StoreError, reason

_log = structlog.get_logger(__name__)
_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 5.0
_MOST_JOINED, _JOINED_BYTES = 256, 8 << 20
# A batch that the store neither takes nor refuses for a request of it; by then it has been tried for minutes.
_MOST_ATTEMPTS = 60


class Drain:
    """One thread per way in. `start` first tries for `patience` seconds by itself, so that what a kill left torn is whole before
    anything new is taken; `stop` leaves the rest on disk. Both are safe twice.
    """

    def __init__(self, writer: Writer, keeping: Keeping, patience: float = 10.0) -> None:  # type: ignore[type-arg]
        self._writer = writer
        self._keeping = keeping
        self._patience = patience
        self._attempts: Counter[str] = Counter()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        if self._thread is not None:
            return
        self._stopping.clear()
        until = time.monotonic() + self._patience
        try:
            while time.monotonic() < until and self.step():
                pass
        except StoreError as error:
            _log.warning("earlier batches not stored yet", kind=self._writer.kind, reason=reason(error).value, error=str(error))
        if self._keeping.spool.durable:
            self._thread = threading.Thread(target=self._run, name=f"drain-{self._writer.kind}", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        thread, self._thread = self._thread, None
        self._stopping.set()
        self._writer.waits.set()
        if thread is not None:
            thread.join()

    def step(self) -> bool:
        """Store the next batch; False when none waits. Raises StoreError when the store does not take it now."""
        entries = self._keeping.spool.waiting(self._writer.kind, _MOST_JOINED)
        if not entries:
            if self._keeping.spool.first_sequence() is None:
                self._keeping.admission.settle()
            return False
        try:
            if entries[0].name.begun:
                self._insert(entries[0], self._keeping.spool.read(entries[0]).requests)
            else:
                self._begin(_together(entries))
        except Unreadable as error:
            _log.error("a spooled batch cannot be read", file=str(entries[0].name), why=str(error))
            self._keeping.spool.give_up(entries[0], str(error))
        return True

    def _run(self) -> None:
        pause = _FIRST_PAUSE
        while not self._stopping.is_set():
            self._writer.waits.wait()
            self._writer.waits.clear()
            try:
                while not self._stopping.is_set() and self.step():
                    pause = _FIRST_PAUSE
            except (StoreError, OSError) as error:
                _log.debug("store still away", kind=self._writer.kind, error=str(error))
                self._stopping.wait(pause)
                pause = min(_LONGEST_PAUSE, pause * 2)
                self._writer.waits.set()
            except Exception as error:  # the thread must outlive any single batch; what it was about stays on disk
                _log.error("draining failed", kind=self._writer.kind, error=type(error).__name__)
                self._stopping.wait(_LONGEST_PAUSE)
                self._writer.waits.set()

    def _begin(self, entries: Sequence[Entry]) -> None:
        """What nobody has stored meanwhile, as one batch."""
        spool, sequence = self._keeping.spool, self._keeping.sequence
        requests = tuple(kept for entry in entries for kept in spool.read(entry).requests)
        token = entries[0].name.token if len(entries) == 1 else uuid.uuid4().hex
        admitted = self._keeping.admission.admit(requests)
        if admitted.elsewhere:
            raise Elsewhere(f"{len(admitted.elsewhere)} requests are being stored by another collector")
        if len(entries) == 1 and admitted.fresh == requests:
            entry = spool.begin(entries[0], sequence.next())
        elif admitted.fresh:
            entry = spool.replace(entries, Segment(self._writer.kind, token, admitted.fresh), sequence.next(), held=False)
        else:
            self._writer.remember(requests)
            for done in entries:
                spool.finish(done)
            return
        self._insert(entry, admitted.fresh)

    def _insert(self, entry: Entry, requests: Sequence[Kept]) -> None:
        try:
            self._writer.insert(entry, requests, acknowledged=True)
        except StoreError as error:
            self._tried(entry, requests, error)
            raise
        self._attempts.pop(entry.name.token, None)

    def _tried(self, entry: Entry, requests: Sequence[Kept], error: StoreError) -> None:
        """Nothing waits for ever behind a batch that the engine refuses for no request's sake."""
        if reason(error) not in (Reason.REFUSED, Reason.NOT_STORABLE):
            return
        self._attempts[entry.name.token] += 1
        if self._attempts[entry.name.token] < _MOST_ATTEMPTS:
            return
        for kept in requests:
            self._keeping.quarantine.put(self._writer.kind, kept, f"refused {_MOST_ATTEMPTS} times: {error}", acknowledged=True)
        self._keeping.spool.finish(entry)


def _together(entries: Sequence[Entry]) -> Sequence[Entry]:
    """The first of `entries` that were never begun and are small enough for one INSERT; at least one."""
    joined: list[Entry] = []
    for entry in entries:
        if entry.name.begun or (joined and sum(e.size for e in joined) + entry.size > _JOINED_BYTES):
            break
        joined.append(entry)
    return joined
