"""Which requests of a batch are not in the store yet, and which belong to another collector."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from collector.spool.segment import Kept
from store.errors import StoreUnavailable
from store.query import Query
from store.store import Store

_KNOWN = Query.beside(__file__, "known_hashes.sql")
_INCOMPLETE = Query.beside(__file__, "incomplete.sql")


class Elsewhere(StoreUnavailable):
    """Another collector has begun to store the same request; once it has ended, trying again tells."""


@dataclass(frozen=True, slots=True)
class Admitted:
    """`fresh` are ours to insert or to complete, `stored` are there, `elsewhere` another collector has begun and not finished."""

    fresh: tuple[Kept, ...]
    stored: tuple[Kept, ...] = ()
    elsewhere: tuple[Kept, ...] = ()


class Claims(Protocol):
    """collector.claims.SharedClaims."""

    def claim(self, digests: Sequence[bytes]) -> frozenset[bytes]: ...

    def release(self, digests: Sequence[bytes]) -> None: ...

    def release_earlier(self) -> None: ...


class NoClaims:
    """One collector alone has nobody to share with: the embedded engine belongs to one process."""

    def claim(self, digests: Sequence[bytes]) -> frozenset[bytes]:
        return frozenset(digests)

    def release(self, digests: Sequence[bytes]) -> None:
        """Nobody waits for it."""

    def release_earlier(self) -> None:
        """Nobody waits for it."""


class Admission:
    """Safe between threads. Everything raises StoreError."""

    def __init__(self, store: Store, claims: Claims) -> None:
        self._store = store
        self._claims = claims
        self._settled = False
        self._lock = threading.Lock()

    def admit(self, requests: Sequence[Kept]) -> Admitted:
        """A request that comes twice in `requests` counts once, one without a digest always."""
        unique = {kept.digest or id(kept): kept for kept in requests}
        digests = [kept.digest for kept in unique.values() if kept.digest]
        # In this order: what another collector stored and then gave up its claim to is found by the second question.
        ours = self._claims.claim(digests)
        known = self._known(digests)
        lacking = self._lacking(known)
        known -= lacking.keys()
        new = [_lacks(kept, lacking) for kept in unique.values() if kept.digest not in known]
        return Admitted(
            tuple(kept for kept in new if kept.digest is None or kept.digest in ours),
            tuple(kept for kept in unique.values() if kept.digest in known),
            tuple(kept for kept in new if kept.digest is not None and kept.digest not in ours),
        )

    def give_up(self, requests: Sequence[Kept]) -> None:
        """What was admitted is not kept here after all."""
        self._claims.release([kept.digest for kept in requests if kept.digest])

    def settle(self) -> None:
        """Once per life, when nothing of an earlier one is half-inserted any more."""
        with self._lock:
            if not self._settled:
                self._claims.release_earlier()
                self._settled = True

    def _known(self, digests: Sequence[bytes]) -> set[bytes]:
        if not digests:
            return set()
        rows = self._store.records(_KNOWN, hashes=[digest.hex() for digest in digests])
        return {bytes.fromhex(row["hash"]) for row in rows}

    def _lacking(self, known: set[bytes]) -> Mapping[bytes, tuple[str, ...]]:
        """Views that refused a request whose other rows are stored."""
        if not known:
            return {}
        rows = self._store.records(_INCOMPLETE, hashes=[digest.hex() for digest in known])
        return {bytes.fromhex(row["hash"]): tuple(row["lacks"]) for row in rows}


def _lacks(kept: Kept, lacking: Mapping[bytes, tuple[str, ...]]) -> Kept:
    views = lacking.get(kept.digest) if kept.digest else None
    return replace(kept, lacks=views) if views else kept
