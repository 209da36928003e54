"""Checked JSON requests on their way to the store: rows per table."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from collector.intake import Verdict
from collector.refusals import Refused, store_away
from collector.sequence import Sequence as BatchSequence
from store.errors import QueryFailed
from store.store import Store

Row = Mapping[str, Any]
# Tables that rules read, or that hold what rules make: their rows carry intake's order (collector.sequence).
_SEQUENCED = frozenset({"milestones", "batch_rejects", "failure_reports"})


@dataclass(frozen=True, slots=True)
class Rows:
    """What one request stores: table → rows, all rows of a table with the same keys. `size` is the request's in bytes.

    `digest` names the content it was read from, None when it has none.
    """

    tables: Mapping[str, Sequence[Row]]
    records: int
    size: int
    digest: bytes | None = None


class RowWriter:
    """One INSERT per table for all requests of a batch; when the engine refuses it, one per request to find which."""

    def __init__(self, store: Store, retry_after: int, sequence: BatchSequence | None = None) -> None:
        self._store = store
        self._sequence = sequence or BatchSequence()
        self._retry_after = retry_after

    def commit(self, requests: Sequence[Rows]) -> Sequence[Verdict]:
        """Raises StoreUnavailable when the engine is away."""
        try:
            self._insert(requests)
        except QueryFailed as error:
            if len(requests) == 1:
                return [self._verdict(error)]
            return [verdict for request in requests for verdict in self.commit([request])]
        return [None] * len(requests)

    def _insert(self, requests: Sequence[Rows]) -> None:
        token = uuid.uuid4().hex
        order = {"sequence": self._sequence.next()}
        for table in dict.fromkeys(name for request in requests for name in request.tables):
            rows = [row for request in requests for row in request.tables.get(table, ())]
            if table in _SEQUENCED:
                rows = [row | order for row in map(dict, rows)]
            self._store.insert(table, rows, token=f"{token}-{table}")

    def _verdict(self, error: QueryFailed) -> Verdict:
        if error.code == 0:  # refused by the client library while converting a value, before the engine saw it
            return Refused(400, "not_storable", f"A value cannot be stored: {error}")
        return store_away(error, self._retry_after)
