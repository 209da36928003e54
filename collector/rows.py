"""Checked requests that are rows already, on their way to the store: rows per table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from collector.spool.packing import pack, unpack
from collector.spool.segment import Kept
from store.native import Block
from store.store import Store

Row = Mapping[str, Any]
# Tables that rules read, or that hold what rules make: their rows carry intake's order (collector.sequence).
_SEQUENCED = frozenset({"milestones", "batch_rejects", "failure_reports"})
_HASHES = "request_hashes"


@dataclass(frozen=True, slots=True)
class Rows:
    """What one request stores: table → rows, all rows of a table with the same keys. `size` is the request's in bytes.

    `digest` names the content it was read from, None when it has none; `signal` the way it came in.
    """

    tables: Mapping[str, Sequence[Row]]
    records: int
    size: int
    digest: bytes | None = None
    signal: str = "rows"


class RowSink:
    """One INSERT per table for all requests of a batch, each under its own part of the batch's token."""

    kind = "rows"

    def keep(self, item: Rows) -> Kept:
        return Kept(pack(item.tables), item.digest, item.records, item.tables)

    def convert(self, store: Store, requests: Sequence[Kept]) -> None:
        self._blocks(store, requests, 1)

    def insert(self, store: Store, requests: Sequence[Kept], token: str, sequence: int) -> None:
        """Every table's rows are converted before the first is sent: a value that does not fit leaves nothing behind."""
        for block in self._blocks(store, requests, sequence):
            store.insert_block(block, f"{token}-{block.table}")

    def _blocks(self, store: Store, requests: Sequence[Kept], sequence: int) -> list[Block]:
        decoded = [kept.decoded if kept.decoded is not None else unpack(kept.payload) for kept in requests]
        tables = {name: [row for one in decoded for row in one.get(name, ())] for name in _names(decoded)}
        for name in _SEQUENCED & tables.keys():
            tables[name] = [{**row, "sequence": sequence} for row in tables[name]]
        # Last: a request is known only once all of it is stored.
        if hashes := _hash_rows(requests, sequence):
            tables[_HASHES] = hashes
        return [store.block(name, rows) for name, rows in tables.items()]


def _names(decoded: Sequence[Mapping[str, Any]]) -> list[str]:
    return list(dict.fromkeys(name for tables in decoded for name in tables))


def _hash_rows(requests: Sequence[Kept], sequence: int) -> list[dict[str, Any]]:
    """The sequence is a time (collector.sequence): a replay writes the same rows."""
    received = datetime.fromtimestamp(sequence / 1e9, UTC)
    return [{"request_hash": kept.digest, "received": received} for kept in requests if kept.digest is not None]
