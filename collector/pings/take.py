"""A ping → a report of the run it belongs to."""

from __future__ import annotations

import threading
import uuid
from collections import OrderedDict
from concurrent.futures import Future
from datetime import timedelta

from collector.batches.rows import run_row
from collector.collector import Collector
from collector.pings.address import Address
from collector.refusals import Refused, store_away
from store.errors import StoreError
from store.query import Query

_OPEN = Query.beside(__file__, "open_run.sql")
# A start nobody ended within this time belongs to a run that died.
_LONGEST_RUN = timedelta(days=32)
# As healthchecks keeps of a body, several times over.
_KEPT = 32 << 10
_REMEMBERED = 10_000
_STATUS = {"success": "succeeded", "fail": "failed", "start": "started", "log": "running"}


class Pings:
    """Takes pings of configured jobs. Safe to share between threads.

    With a run id, start and end belong to the run of that name. Without one, an end belongs to the newest open run of its
    job, whichever collector heard the start: the store knows, and what this collector heard last it knows itself.
    """

    def __init__(self, collector: Collector) -> None:
        self._collector = collector
        self._interfaces = {i.job: i.id for i in collector.configuration.interfaces if i.job}
        self._lock = threading.Lock()
        self._open: OrderedDict[str, str] = OrderedDict()

    def take(self, ping: Address, rid: str | None, create: bool, body: bytes) -> Future[None] | None:
        """The future of its commit. Refused 404 for a job no interface has, unless `create`."""
        if ping.job not in self._interfaces and not create:
            raise Refused(
                404, "unknown_job",
                f'No interface has the job "{ping.job[:120]}"; configure it as job of an interface, or add ?create=1',
            )  # fmt: skip
        run = rid or self._run_of(ping)
        now = self._collector.clock()
        row = run_row(
            ping.job, run, _STATUS[ping.signal],  # type: ignore[arg-type]
            now, interface_id=self._interfaces.get(ping.job, ""),
            started=now if ping.signal == "start" else None, finished=now if ping.signal in ("success", "fail") else None,
            message=_message(ping, body), source="ping",
        )  # fmt: skip
        _, commit = self._collector.take_rows({"batch_runs": [row]}, size=256 + len(body), records=1)
        self._remember(ping, run)
        return commit

    def _run_of(self, ping: Address) -> str:
        """The run a ping without a run id belongs to; a new name for one that begins a run."""
        if ping.signal == "start":
            return str(uuid.uuid4())
        with self._lock:
            mine = self._open.get(ping.job)
        try:
            known = self._stored(ping.job, mine or "", any_state=ping.signal == "log")
        except StoreError as error:
            if mine is None:
                message = "which run of the job is open cannot be asked for; a ping with ?rid= needs no asking"
                raise store_away(message, self._collector.limits.retry_after) from error
            return mine
        # A start accepted while the store was away is not stored yet.
        if mine is not None and mine not in known:
            return mine
        opened = [run for run, is_open in known.items() if is_open]
        if ping.signal == "log":
            opened = opened or list(known)
        return opened[0] if opened else str(uuid.uuid4())

    def _stored(self, job: str, mine: str, *, any_state: bool) -> dict[str, bool]:
        """Run → whether it is open, newest first: the open ones and `mine`, or all of them with `any_state`."""
        since = self._collector.clock() - _LONGEST_RUN
        rows = self._collector.store.records(_OPEN, job=job, mine=mine, any_state=int(any_state), since=since)
        return {str(row["run_id"]): bool(row["open"]) for row in rows}

    def _remember(self, ping: Address, run: str) -> None:
        with self._lock:
            if ping.signal == "start":
                self._open[ping.job] = run
                self._open.move_to_end(ping.job)
                if len(self._open) > _REMEMBERED:
                    self._open.popitem(last=False)
            elif ping.signal != "log" and self._open.get(ping.job) == run:
                del self._open[ping.job]


def _message(ping: Address, body: bytes) -> str:
    """The body as text, cut; before it the exit code of a failure."""
    said = body[:_KEPT].decode("utf-8", "replace").replace("\x00", "").strip()
    if len(body) > _KEPT:
        said += f"\n… {len(body) - _KEPT} more bytes"
    code = f"exit status {ping.exit_code}" if ping.exit_code else ""
    return "\n".join(filter(None, (code, said)))
