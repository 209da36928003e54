"""Several collectors, one store: the same bytes at two of them at the same moment end up stored once.

Both would find the request unknown and insert it, each under its own token. So before its INSERT a batch takes the next free slot of
a common list and writes its requests there; who has a slot is decided by the engine, which keeps one block per deduplication token.
The order of slots is then the same for everybody, and a request belongs to the first collector that named it.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from store.errors import StoreUnavailable
from store.query import Query
from store.store import Store

_SLOT = Query.beside(__file__, "claims_slot.sql")
_TAKEN = Query.beside(__file__, "claims_taken.sql")
_NEWEST = Query("collector/claims_newest", "SELECT max(slot) FROM request_claims")
_TABLE = "request_claims"
_EVERYTHING = bytes(32)
# After this long a claim is void: its collector is gone and its spool with it. Far longer than an INSERT and its retries.
_VALID_SECONDS = 3600
# A slot this far behind the newest may be one whose token the engine has forgotten; the window keeps 10,000.
_SAFE_DISTANCE = 5_000
_ATTEMPTS = 50


class SharedClaims:
    """Called by any thread. `collector` stays the same as long as its spool does. Everything raises StoreError."""

    def __init__(self, store: Store, collector: str) -> None:
        self._store = store
        self._collector = collector
        self._life = uuid.uuid4().hex
        self._newest: int | None = None

    def claim(self, digests: Sequence[bytes]) -> frozenset[bytes]:
        """Those of `digests` that no other collector has named before."""
        if not digests:
            return frozenset()
        slot = self._write(digests, released=False)
        hashes = [digest.hex() for digest in digests]
        rows = self._store.records(_TAKEN, slot=slot, collector=self._collector, hashes=hashes, seconds=_VALID_SECONDS)
        taken = {bytes.fromhex(row["hash"]) for row in rows}
        return frozenset(digest for digest in digests if digest not in taken)

    def release(self, digests: Sequence[bytes]) -> None:
        """They are not stored and will not be by us unless they come again."""
        if digests:
            self._write(digests, released=True)

    def release_earlier(self) -> None:
        """What an earlier life of this collector claimed it has stored by now, or never had on disk."""
        self._write([_EVERYTHING], released=True)

    def _write(self, digests: Sequence[bytes], *, released: bool) -> int:
        """The slot these rows have got."""
        token = uuid.uuid4().hex
        for _ in range(_ATTEMPTS):
            slot = self._next_slot()
            row = {"slot": slot, "token": token, "collector": self._collector, "life": self._life, "released": int(released)}
            self._store.insert(_TABLE, [row | {"request_hash": digest} for digest in digests], token=f"slot-{slot}")
            found = self._store.records(_SLOT, slot=slot)[0]
            self._newest = found["newest"]
            if found["owners"] == [token] and found["newest"] - slot < _SAFE_DISTANCE:
                return slot
        raise StoreUnavailable(f"no slot of {_TABLE} was free in {_ATTEMPTS} attempts; other collectors took them all")

    def _next_slot(self) -> int:
        if self._newest is None:
            self._newest = self._store.value(_NEWEST) or 0
        return self._newest + 1
