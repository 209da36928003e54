"""Commit checked OTLP requests of one signal: one INSERT, bisected only when the engine cannot parse a body."""

from __future__ import annotations

import threading
import uuid
from collections import OrderedDict
from collections.abc import Sequence

import structlog

from collector.intake import Verdict
from collector.otlp.cleaning import PARSE_CODES, insert
from collector.otlp.journal import Journal
from collector.otlp.request import OtlpRequest
from collector.refusals import Refused, store_away
from collector.sequence import Sequence as BatchSequence
from collector.sequence import sequenced
from domain.intake import Signal
from store.errors import QueryFailed, StoreError
from store.query import Query
from store.store import Store

_log = structlog.get_logger(__name__)
_KNOWN = Query.beside(__file__.removesuffix("/writer.py"), "known_hashes.sql")


class OtlpWriter:
    """Called by one thread only, except `remembers`."""

    def __init__(
        self,
        store: Store,
        journal: Journal,
        remembered: int,
        retry_after: int,
        signal: str = "traces",
        sequence: BatchSequence | None = None,
    ) -> None:
        self._store = store
        self._sequence = sequence or BatchSequence()
        self._journal = journal
        self._signal = signal
        self._retry_after = retry_after
        self._remembered = remembered
        self._recent: OrderedDict[bytes, None] = OrderedDict()
        self._lock = threading.Lock()

    def recover(self) -> None:
        """Complete what an earlier process left half-inserted; what cannot be completed yet stays for the next commit."""
        self._journal.open()
        try:
            self._complete()
        except StoreError as error:
            _log.warning("earlier batches not completed yet", batches=len(self._journal.unfinished), error=str(error))

    def remembers(self, digest: bytes) -> bool:
        """Whether this body was committed lately by this process."""
        with self._lock:
            return digest in self._recent

    def commit(self, requests: Sequence[OtlpRequest]) -> Sequence[Verdict]:
        """Store each new body once. Raises StoreError when none of it is known to be stored whole."""
        self._complete()
        unique = {request.digest: request for request in requests}
        stored = self._stored(unique)
        fresh = [request for digest, request in unique.items() if digest not in stored]
        verdicts = dict(zip((r.digest for r in fresh), self._insert(fresh), strict=True))
        self._remember([digest for digest in unique if verdicts.get(digest) is None])
        return [verdicts.get(request.digest) for request in requests]

    def _stored(self, unique: dict[bytes, OtlpRequest]) -> set[bytes]:
        rows = self._store.records(_KNOWN, hashes=[digest.hex() for digest in unique])
        return {bytes.fromhex(row["hash"]) for row in rows}

    def _insert(self, requests: Sequence[OtlpRequest]) -> list[Verdict]:
        if not requests:
            return []
        try:
            self._insert_whole(requests)
        except QueryFailed as error:
            if error.code not in PARSE_CODES:
                _log.error(
                    "batch not stored whole, kept for replay", signal=self._signal, requests=len(requests), error=str(error)
                )
                return [store_away(error, self._retry_after)] * len(requests)
            if len(requests) == 1:
                return [Refused(400, "not_parsed", f"The store cannot parse the request: {error}")]
            middle = len(requests) // 2
            return self._insert(requests[:middle]) + self._insert(requests[middle:])
        return [None] * len(requests)

    def _insert_whole(self, requests: Sequence[OtlpRequest]) -> None:
        """One INSERT. Unless it failed before any view ran, a failed one stays in the journal."""
        sequence = self._sequence.next()
        body = sequenced((request.framed for request in requests), sequence)
        token = uuid.uuid4().hex
        self._journal.begin(token, body)
        try:
            insert(self._store, Signal(self._signal), [request.framed for request in requests], token, sequence)
        except QueryFailed as error:
            if error.code in PARSE_CODES:
                self._journal.finish(token)
            raise
        self._journal.finish(token)

    def _complete(self) -> None:
        """The same bytes under the same token fill the targets that miss them. Raises StoreError while that fails."""
        for token, body in self._journal.unfinished.items():
            self._store.insert_otlp(body, token, self._signal)
            self._journal.finish(token)
            _log.info("half-stored batch completed", signal=self._signal, token=token)

    def _remember(self, digests: Sequence[bytes]) -> None:
        with self._lock:
            for digest in digests:
                self._recent[digest] = None
                self._recent.move_to_end(digest)
            while len(self._recent) > self._remembered:
                self._recent.popitem(last=False)
