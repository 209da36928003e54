"""Commit checked trace requests: one INSERT, bisected only when the engine cannot parse a body."""

from __future__ import annotations

import threading
import time
import uuid
from collections import OrderedDict
from collections.abc import Sequence

import structlog

from collector.intake import Verdict
from collector.otlp.request import TraceRequest
from collector.refusals import Refused, store_away
from store.errors import QueryFailed
from store.query import Query
from store.store import Store

_log = structlog.get_logger(__name__)
_KNOWN = Query.beside(__file__, "known_hashes.sql")
# Raised while reading the body, before any view has run: nothing of the INSERT is stored.
# 6, 27, 33, 117, 131: cannot parse, end of file, incorrect data, string too large; 434-448: protobuf.
PARSE_CODES = frozenset({6, 27, 32, 33, 117, 131, *range(434, 449)})
_ATTEMPTS = 3
_PAUSE = 0.1


class TraceWriter:
    """Called by one thread only, except `remembers`."""

    def __init__(self, store: Store, remembered: int, retry_after: int) -> None:
        self._store = store
        self._retry_after = retry_after
        self._remembered = remembered
        self._recent: OrderedDict[bytes, None] = OrderedDict()
        self._lock = threading.Lock()

    def remembers(self, digest: bytes) -> bool:
        """Whether this body was committed lately by this process."""
        with self._lock:
            return digest in self._recent

    def commit(self, requests: Sequence[TraceRequest]) -> Sequence[Verdict]:
        """Store each new body once. Raises StoreError when nothing could be said to be stored."""
        unique = {request.digest: request for request in requests}
        stored = self._stored(unique)
        fresh = [request for digest, request in unique.items() if digest not in stored]
        verdicts = dict(zip((r.digest for r in fresh), self._insert(fresh), strict=True))
        self._remember([digest for digest in unique if verdicts.get(digest) is None])
        return [verdicts.get(request.digest) for request in requests]

    def _stored(self, unique: dict[bytes, TraceRequest]) -> set[bytes]:
        rows = self._store.records(_KNOWN, hashes=[digest.hex() for digest in unique])
        return {bytes.fromhex(row["hash"]) for row in rows}

    def _insert(self, requests: Sequence[TraceRequest]) -> list[Verdict]:
        if not requests:
            return []
        try:
            self._insert_whole(requests)
        except QueryFailed as error:
            if error.code not in PARSE_CODES:
                return [store_away(error, self._retry_after)] * len(requests)
            if len(requests) == 1:
                return [Refused(400, "not_parsed", f"The store cannot parse the request: {error}")]
            middle = len(requests) // 2
            return self._insert(requests[:middle]) + self._insert(requests[middle:])
        return [None] * len(requests)

    def _insert_whole(self, requests: Sequence[TraceRequest]) -> None:
        """One INSERT. An error in a view may leave some targets filled: the same bytes under the same token complete the rest."""
        body = b"".join(request.framed for request in requests)
        token = uuid.uuid4().hex
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                self._store.insert_otlp(body, token)
                return
            except QueryFailed as error:
                if error.code in PARSE_CODES or attempt == _ATTEMPTS:
                    raise
                _log.warning("trace batch replayed", token=token, attempt=attempt, error=str(error))
                time.sleep(_PAUSE * attempt)

    def _remember(self, digests: Sequence[bytes]) -> None:
        with self._lock:
            for digest in digests:
                self._recent[digest] = None
                self._recent.move_to_end(digest)
            while len(self._recent) > self._remembered:
                self._recent.popitem(last=False)
