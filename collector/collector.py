"""The collector: one per process, shared by every port that takes telemetry in."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future
from functools import partial
from pathlib import Path

from collector.agreement import Agreement
from collector.figures import Counters, Figures
from collector.json_readers import READERS
from collector.keys import SENDER, KeyRing, Sender, check_scope
from collector.limits import Limits
from collector.masking import Masks
from collector.otlp import scope
from collector.otlp.intake import OtlpIntake
from collector.otlp.request import OtlpRequest
from collector.rates import Rates
from collector.rows import Row, Rows, RowSink
from collector.sequence import Sequence as BatchSequence
from collector.source import Source
from collector.spool.book import SpoolState
from collector.spool.keys import SpoolKeys
from collector.spool.quarantine import SetAside
from collector.way import Way, keeping
from domain.clock import Clock, system_clock
from domain.configuration import Configuration
from domain.intake import Signal
from store.engine import MEMORY
from store.store import Store

_BUSY_BYTES = 4 << 20


class Collector:
    """Checks bodies, commits them, and says when each is safe.

    Lifecycle: `start` once the store is migrated; requests before it are refused with 503. `stop` commits what was accepted and
    ends the writer threads; the store stays open, it is the caller's. Both may be called twice, `stop` without `start` too.
    Safe to share between threads and event loops. With `ingest_key` None and no configured key any sender is taken.
    `spool` keeps what the store does not have yet (ADR 0017), by default beside an embedded store's folder; an in-memory store has none.
    """

    def __init__(
        self,
        store: Store,
        configuration: Configuration,
        *,
        limits: Limits | None = None,
        clock: Clock = system_clock,
        ingest_key: str | None = None,
        spool: Path | None = None,
        spool_keys: SpoolKeys | None = None,
    ) -> None:
        self.limits = limits or Limits.of(configuration.intake)
        self.configuration = configuration
        self.store = store  # for ways in that ask what is stored already
        self.counters = Counters()
        self._masks = Masks(configuration)
        self._clock = clock
        self.keys = KeyRing(configuration.ingest_keys, ingest_key, clock)
        self.rates = Rates(configuration.intake.rate)
        self._running = False
        self._sources: list[Source] = []
        self.sequence = BatchSequence(secrets.randbelow(1024))
        self.agreement = Agreement(store, configuration, self.sequence, self.limits.retry_after)
        self._keeping = keeping(store, spool or _beside(store), spool_keys, self.limits, self.sequence, clock)
        self._otlp = OtlpIntake(self._keeping, self.limits)
        self._rows: Way[Rows] = Way(RowSink(), self._keeping, self.limits)

    def start(self) -> None:
        if self._running:
            return
        self._running = True
        self._keeping.spool.open()
        self.agreement.start()
        self._otlp.start()
        self._rows.start()
        for source in self._sources:
            source.start()

    def stop(self) -> None:
        self._running = False
        for source in self._sources:
            source.stop()
        self._otlp.stop()
        self._rows.stop()
        self._keeping.spool.close()
        self.agreement.stop()

    def reconfigure(self, configuration: Configuration, sources: Iterable[Source], ingest_key: str | None = None) -> None:
        """Go on under another configuration, with `sources` in place of those before. What was accepted is committed all the same.

        Limits of waiting batches stay as they were at the start.
        """
        for source in self._sources:
            source.stop()
        self.configuration = configuration
        self._masks = Masks(configuration)
        self.keys = KeyRing(configuration.ingest_keys, ingest_key, self._clock)
        self.rates = Rates(configuration.intake.rate)
        self.agreement.expect(configuration)
        self.agreement.look()
        self._sources = []
        for source in sources:
            self.add(source)

    def figures(self) -> Figures:
        """Totals since the collector was made, frozen at this instant."""
        return self.counters.snapshot(self._otlp.waiting_bytes + self._rows.waiting_bytes)

    @property
    def busy(self) -> bool:
        """Whether senders wait for more than one small commit: background work should stand back."""
        return self._otlp.waiting_bytes + self._rows.waiting_bytes > _BUSY_BYTES

    def kept(self) -> SpoolState:
        """What was acknowledged and waits on disk for the store."""
        return self._keeping.spool.state()

    @property
    def set_aside_count(self) -> int:
        return len(self._keeping.quarantine)

    @property
    def spool_key(self) -> str:
        """Where the spool's key comes from; "generated: …" when nobody configured one."""
        keys = self._keeping.spool.keys
        return f"generated: {keys.source}" if keys.generated else keys.source

    def set_aside(self) -> Sequence[SetAside]:
        """Requests the store can never take, oldest first, for a person to look at."""
        return self._keeping.quarantine.listed()

    def authorise(self, authorization: str | None, signal: str) -> Sender:
        """Who sends, found before the body is read. Refused 401 or 403 by its key, 429 beyond its rate."""
        sender = self.keys.admit(authorization, signal)
        self.rates.request(sender)
        return sender

    def take_otlp(self, signal: Signal, body: bytes, *, json: bool = False) -> tuple[OtlpRequest, Future[None] | None]:
        """A checked OTLP request, and the future of its commit; None when the same bytes are stored already.

        Records that cannot be stored are left out and counted in the request; Refused 400 when none is left.
        """
        self.agreement.check()
        sender = SENDER.get()
        look = partial(scope.check, sender, self.configuration) if sender.restricted else None
        request, commit = self._otlp.take(signal, body, time_nanoseconds(self._clock), json=json, look=look)
        if commit is None:
            self.counters.repeat(signal)
        return request, commit

    @property
    def clock(self) -> Clock:
        """What decides when something was received."""
        return self._clock

    def add(self, source: Source) -> None:
        """Let `source` run from `start` to `stop`; one added while running starts at once."""
        self._sources.append(source)
        if self._running:
            source.start()

    def take_rows(
        self, tables: Mapping[str, Sequence[Row]], *, size: int, records: int | None = None, digest: bytes | None = None
    ) -> tuple[int, Future[None] | None]:
        """Rows another reader made (a poller, a file, a ping), and the future of their commit.

        `size` is the bytes they were read from; `records` what is counted, by default every row. `digest` (32 bytes)
        names the content they were read from: the same again within a day counts once, on every collector, and its commit is None.
        """
        self.agreement.check()
        sender = SENDER.get()
        if sender.restricted:
            check_scope(sender, _named(tables, "interface_id"), _named(tables, "facility_id"))
        filled = {table: rows for table, rows in tables.items() if rows}
        count = sum(map(len, filled.values())) if records is None else records
        filled = self._masks.rows(filled, self._clock())
        if digest is not None and self._rows.remembers(digest):
            self.counters.repeat("rows")
            return count, None
        return count, self._rows.submit(Rows(filled, count, size, digest))

    def take_json(self, signal: str, body: bytes) -> tuple[int, Future[None] | None]:
        """Records in a JSON request of `signal` (queues, batches, events), and the future of its commit."""
        tables = READERS[signal](body, self.configuration, self._clock)
        records = len(tables["batch_runs"]) if signal == "batches" else sum(map(len, tables.values()))
        digest = hashlib.sha256(b"\0" + signal.encode() + b"\0" + body).digest()
        return self.take_rows(tables, size=len(body), records=records, digest=digest)


def _named(tables: Mapping[str, Sequence[Row]], column: str) -> set[str]:
    return {row[column] for rows in tables.values() for row in rows if row.get(column)}


def _beside(store: Store) -> Path | None:
    location = store.location
    return None if location.host or location.path == MEMORY else Path(location.path).resolve().parent / "spool"


def time_nanoseconds(clock: Clock) -> int:
    """The clock's instant as Unix nanoseconds, to the microsecond."""
    return int(clock().timestamp() * 1_000_000) * 1000
