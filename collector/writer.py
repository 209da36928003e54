"""From checked requests to the store: every acknowledged one exactly once (ADR 0017).

A batch is written to the spool before its INSERT and crossed out after it. When the store is away it stays there, its senders are
acknowledged, and later batches queue up behind it; a Drain brings them to the store in that order.
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import structlog

from collector.admission import Admission
from collector.intake import Sized, Verdict
from collector.recent import Flying, Recent
from collector.refusals import Refused, store_away
from collector.separation import poisoned
from collector.sequence import Sequence as BatchSequence
from collector.sink import Sink
from collector.spool.book import Entry
from collector.spool.quarantine import Quarantine
from collector.spool.segment import Kept, Segment
from collector.spool.spool import Spool, SpoolFull
from store.errors import Reason, StoreError, reason
from store.store import Store

_log = structlog.get_logger(__name__)
Item = TypeVar("Item", bound=Sized)


@dataclass(frozen=True, slots=True)
class Keeping:
    """What every writer of a collector shares."""

    store: Store
    spool: Spool
    quarantine: Quarantine
    admission: Admission
    sequence: BatchSequence
    remembered: int
    retry_after: int


@dataclass(frozen=True, slots=True)
class _Begun:
    """Verdicts already known, and the batch that is to be inserted, if any."""

    verdicts: dict[object, Verdict]
    entry: Entry | None = None
    requests: tuple[Kept, ...] = ()


class Writer(Generic[Item]):
    """Safe between threads: batches begin one after another, their INSERTs may overlap."""

    def __init__(self, sink: Sink[Item], keeping: Keeping) -> None:
        self._sink: Sink[Any] = sink
        self._keeping = keeping
        self._recent = Recent(keeping.remembered)
        self._flying = Flying()
        self.waits = threading.Event()

    @property
    def kind(self) -> str:
        return self._sink.kind

    def remembers(self, digest: bytes) -> bool:
        """Whether this content was acknowledged lately by this process, or waits in its spool."""
        return self._recent.holds(digest) or self._keeping.spool.holds(digest)

    def commit(self, items: Sequence[Item]) -> Sequence[Verdict]:
        """An answer for each item: None once it is stored, or safe in the spool while the store is away."""
        kept = [self._kept(item) for item in items]
        with self._flying.taking_off([one.digest for one in kept if isinstance(one, Kept) and one.digest]) as flight:
            with flight.alone:
                asked = [one for one in kept if isinstance(one, Kept) and not (one.digest and self.remembers(one.digest))]
                unique = list({_name(one): one for one in asked}.values())
                begun = self._settle(unique) if unique else _Begun({})
            verdicts = begun.verdicts if begun.entry is None else begun.verdicts | self._insert(begun.entry, begun.requests)
        return [one if isinstance(one, Refused) else verdicts.get(_name(one)) for one in kept]

    def _kept(self, item: Item) -> Kept | Refused:
        try:
            return self._sink.keep(item)
        except TypeError as error:
            return Refused(400, "not_storable", f"A value cannot be stored: {error}")

    def _settle(self, requests: Sequence[Kept]) -> _Begun:
        spool = self._keeping.spool
        if spool.waiting(self.kind):
            if spool.durable:
                return _Begun(self._defer(requests))
            try:
                self.drain_waiting()
            except StoreError as error:
                return _Begun(dict.fromkeys(map(_name, requests), store_away(error, self._keeping.retry_after)))
        return self._begin(requests)

    def _begin(self, requests: Sequence[Kept]) -> _Begun:
        """What is new of `requests` safe in the spool, to be inserted next."""
        keeping, token = self._keeping, uuid.uuid4().hex
        try:
            admitted = keeping.admission.admit(requests)
        except StoreError as error:
            return _Begun(self._defer(requests, error))
        wait = Refused(
            503, "elsewhere", "Another collector is storing the same request; send again", retry_after=keeping.retry_after
        )
        verdicts: dict[object, Verdict] = dict.fromkeys(map(_name, admitted.elsewhere), wait)
        self.remember(admitted.stored)
        if not admitted.fresh:
            return _Begun(verdicts)
        sequence = keeping.sequence.next()
        try:
            entry = keeping.spool.add(Segment(self.kind, token, admitted.fresh), held=True, sequence=sequence)
        except (SpoolFull, OSError) as error:
            with suppress(StoreError):  # At worst another collector refuses the request for an hour.
                keeping.admission.give_up(admitted.fresh)
            return _Begun(verdicts | dict.fromkeys(map(_name, admitted.fresh), self._no_room(error)))
        return _Begun(verdicts, entry, admitted.fresh)

    def _insert(self, entry: Entry, requests: Sequence[Kept]) -> dict[object, Verdict]:
        try:
            return self.insert(entry, requests, acknowledged=False)
        except StoreError as error:
            self._keeping.spool.release(entry)
            self.waits.set()
            if not self._keeping.spool.durable:
                return dict.fromkeys(map(_name, requests), store_away(error, self._keeping.retry_after))
            _log.warning("store away, batch kept on disk", kind=self.kind, reason=reason(error).value, error=str(error))
            return {}

    def insert(self, entry: Entry, requests: Sequence[Kept], *, acknowledged: bool) -> dict[object, Verdict]:
        """Insert a begun batch; verdicts of the requests that can never be stored, which are set aside. Raises StoreError: try again."""
        keeping, name = self._keeping, entry.name
        try:
            self._sink.insert(keeping.store, requests, name.token, name.sequence)
        except StoreError as error:
            if reason(error) in (Reason.AWAY, Reason.CONFIGURATION):
                raise
            bad = poisoned(keeping.store, self._sink, requests, error, name.sequence)
            if not bad:
                raise
            return self._without(entry, requests, {id(requests[index]): why for index, why in bad.items()}, acknowledged)
        keeping.spool.finish(entry)
        self.remember(requests)
        return {}

    def _without(self, entry: Entry, requests: Sequence[Kept], bad: dict[int, str], acknowledged: bool) -> dict[object, Verdict]:
        """The others under the same token, so that tables which have the batch already are not filled twice."""
        keeping, name = self._keeping, entry.name
        verdicts: dict[object, Verdict] = {}
        for kept in requests:
            if why := bad.get(id(kept)):
                keeping.quarantine.put(self.kind, kept, why, acknowledged=acknowledged)
                verdicts[_name(kept)] = Refused(400, "not_storable", f"The store cannot take this request: {why}")
        _log.warning(
            "requests set aside that cannot be stored", kind=self.kind, requests=len(bad), whys=sorted(set(bad.values()))
        )
        rest = tuple(kept for kept in requests if id(kept) not in bad)
        if not rest:
            keeping.spool.finish(entry)
            return verdicts
        smaller = keeping.spool.replace([entry], Segment(self.kind, name.token, rest), name.sequence, held=not acknowledged)
        if acknowledged:
            return verdicts | self.insert(smaller, rest, acknowledged=True)
        return verdicts | self._insert(smaller, rest)

    def _defer(self, requests: Sequence[Kept], error: StoreError | None = None) -> dict[object, Verdict]:
        """Keep the requests for later; acknowledged once they are on the disk."""
        keeping = self._keeping
        if not keeping.spool.durable:
            return dict.fromkeys(map(_name, requests), store_away(error, keeping.retry_after))
        try:
            keeping.spool.check_age()
            keeping.spool.add(Segment(self.kind, uuid.uuid4().hex, tuple(requests)), held=False)
        except (SpoolFull, OSError) as full:
            return dict.fromkeys(map(_name, requests), self._no_room(full))
        self.waits.set()
        return {}

    def _no_room(self, error: Exception) -> Refused:
        retry = max(5, self._keeping.retry_after)
        if isinstance(error, SpoolFull):
            return Refused(
                503, "spool_full", f"The store is away and no more can be kept: {error}; send again", retry_after=retry
            )
        what = error.strerror if isinstance(error, OSError) else type(error).__name__
        return Refused(503, "spool_not_writable", f"The spool cannot be written: {what}; send again", retry_after=retry)

    def drain_waiting(self) -> None:
        """Store what waits, in order; StoreError when the store does not take it. For a spool in memory."""
        while entries := self._keeping.spool.waiting(self.kind):
            self.insert(entries[0], self._keeping.spool.read(entries[0]).requests, acknowledged=False)

    def remember(self, requests: Iterable[Kept]) -> None:
        self._recent.add(kept.digest for kept in requests if kept.digest is not None)


def _name(kept: Kept) -> object:
    return kept.digest or id(kept)
