"""One way from a door to the store: a queue, the writer that empties it, and the drain of what had to wait on disk."""

from __future__ import annotations

import uuid
from concurrent.futures import Future
from pathlib import Path
from typing import Generic, TypeVar

from collector.admission import Admission, Claims, NoClaims
from collector.claims import SharedClaims
from collector.completion import Completing
from collector.drain import Drain
from collector.intake import Intake, Sized
from collector.limits import Limits
from collector.sequence import Sequence
from collector.sink import Sink
from collector.spool.files import write_new
from collector.spool.keys import SpoolKeys, configured
from collector.spool.quarantine import Quarantine
from collector.spool.spool import Spool
from collector.writer import Keeping, Writer
from domain.clock import Clock
from store.store import Store

Item = TypeVar("Item", bound=Sized)


class Way(Generic[Item]):
    """Same lifecycle as Intake; the spool is opened before the first one starts and closed after the last has stopped."""

    def __init__(self, sink: Sink[Item], keeping: Keeping, limits: Limits) -> None:
        self._writer: Writer[Item] = Writer(Completing(sink, keeping.admission), keeping)
        self._drain = Drain(self._writer, keeping)
        self._queue: Intake[Item] = Intake(sink.kind, self._writer.commit, limits)

    @property
    def waiting_bytes(self) -> int:
        return self._queue.waiting_bytes

    def start(self) -> None:
        self._drain.start()
        self._queue.start()

    def stop(self) -> None:
        self._queue.stop()
        self._drain.stop()

    def remembers(self, digest: bytes) -> bool:
        """Whether this content was acknowledged lately, or waits on disk."""
        return self._writer.remembers(digest)

    def submit(self, item: Item) -> Future[None]:
        return self._queue.submit(item)


def keeping(
    store: Store, spool: Path | None, keys: SpoolKeys | None, limits: Limits, sequence: Sequence, clock: Clock
) -> Keeping:
    """What the ways of one collector share. Without keys one is generated beside the spool's folder."""
    if keys is None:
        keys = configured({}, spool.parent if spool else None)
    claims: Claims = SharedClaims(store, _collector_id(spool)) if store.location.host else NoClaims()
    return Keeping(
        store,
        Spool(spool, keys, limits.spool_bytes, limits.spool_age, clock),
        Quarantine(spool.parent / "quarantine" if spool else None, keys, clock),
        Admission(store, claims),
        sequence,
        limits.remembered_requests,
        limits.retry_after,
    )


def _collector_id(spool: Path | None) -> str:
    """The same as long as the spool is: claims of an earlier life are recognised by it."""
    if spool is None:
        return uuid.uuid4().hex
    file = spool / "collector-id"
    if not file.exists():
        spool.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_new(spool, file.name, uuid.uuid4().hex.encode())
    return file.read_text(encoding="ascii")
