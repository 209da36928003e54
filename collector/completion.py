"""A request that one view refuses, while the tables of the others have it: known to be incomplete, and completed when it comes again.

Views are not atomic with their INSERT, so such a request cannot be taken back. Instead the batch is brought to one well-known state:
every table has it but those that the refusing views fill. Which views these are is put on record under the request's hash. Sent again
after the view was repaired, only those views' rows are inserted (ADR 0029).
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TypeVar

from collector.admission import Admission
from collector.sink import Sink
from collector.spool.segment import Kept
from store.errors import QueryFailed, Reason, StoreError, reason
from store.probe import refusing_views, rows_of_view
from store.store import Store

Item = TypeVar("Item")
_TABLE = "incomplete_requests"


class PartlyStored(QueryFailed):
    """Every table has the batch but those of the views that refuse it."""


class Completing(Sink[Item]):
    """Another sink, whose requests become whole in the end or are on record as lacking something."""

    def __init__(self, sink: Sink[Item], admission: Admission) -> None:
        self._sink = sink
        self._admission = admission

    @property
    def kind(self) -> str:
        return self._sink.kind

    def keep(self, item: Item) -> Kept:
        return self._sink.keep(item)

    def convert(self, store: Store, requests: Sequence[Kept]) -> None:
        self._sink.convert(store, requests)

    def insert(self, store: Store, requests: Sequence[Kept], token: str, sequence: int) -> None:
        """Raises PartlyStored when a view refuses one of the requests."""
        if new := [kept for kept in requests if not kept.lacks]:
            self._insert_new(store, new, token, sequence)
        for kept in requests:
            if kept.lacks:
                self._complete(store, kept, sequence)

    def attempt(self, trial: Store, requests: Sequence[Kept], sequence: int) -> None:
        """The whole of the requests into a store that keeps nothing."""
        self._sink.insert(trial, requests, "", sequence)

    def leave_behind(self, store: Store, requests: Sequence[Kept], sequence: int) -> None:
        """Put on record what each of the requests lacks. From then on any collector may complete it."""
        for kept in requests:
            if kept.digest is not None and not kept.lacks:
                views = refusing_views(store, lambda trial, kept=kept: self.attempt(trial, [kept], sequence))  # type: ignore[misc]
                if views:
                    _record(store, kept.digest, views)
        self._admission.give_up(requests)

    def _insert_new(self, store: Store, requests: Sequence[Kept], token: str, sequence: int) -> None:
        try:
            self._sink.insert(store, requests, token, sequence)
        except QueryFailed as error:
            if reason(error) is not Reason.REFUSED or not self._everywhere_else(store, requests, token, sequence):
                raise
            raise PartlyStored(str(error), error.code) from None

    def _everywhere_else(self, store: Store, requests: Sequence[Kept], token: str, sequence: int) -> bool:
        """Whether the batch is in every table now that a view does not refuse it; False when it cannot be read at all."""
        try:
            with store.ignoring_views() as lenient:
                self._sink.insert(lenient, requests, token, sequence)
        except StoreError as error:
            if reason(error) is Reason.REFUSED:
                return False
            raise
        return True

    def _complete(self, store: Store, kept: Kept, sequence: int) -> None:
        assert kept.digest is not None
        for view in kept.lacks:
            block = rows_of_view(store, view, lambda trial: self.attempt(trial, [kept], sequence))
            if block is not None:
                store.insert_block(block, f"{kept.digest.hex()}-{view}")
        _record(store, kept.digest, ())


def _record(store: Store, digest: bytes, views: Sequence[str]) -> None:
    store.insert(_TABLE, [{"request_hash": digest, "views": list(views), "revision": time.time_ns()}])
