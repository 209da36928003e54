"""The three OTLP signals on their way in: one writer, one journal and one queue each."""

from __future__ import annotations

from concurrent.futures import Future
from pathlib import Path

from collector.intake import Intake
from collector.limits import Limits
from collector.otlp.journal import Journal
from collector.otlp.request import OtlpRequest, check
from collector.otlp.signals import FORMS
from collector.otlp.writer import OtlpWriter
from collector.sequence import Sequence
from domain.intake import Signal
from store.store import Store


class OtlpIntake:
    """Same lifecycle as Intake. `spool` holds batches while they are inserted, None: in memory only."""

    def __init__(self, store: Store, limits: Limits, spool: Path | None, sequence: Sequence) -> None:
        self._writers = {
            signal: OtlpWriter(
                store, Journal(_folder(spool, signal)), limits.remembered_requests, limits.retry_after, signal.value, sequence
            )
            for signal in FORMS
        }
        self._queues: dict[Signal, Intake[OtlpRequest]] = {
            signal: Intake(signal.value, writer.commit, limits) for signal, writer in self._writers.items()
        }

    @property
    def waiting_bytes(self) -> int:
        return sum(queue.waiting_bytes for queue in self._queues.values())

    def start(self) -> None:
        for writer in self._writers.values():
            writer.recover()
        for queue in self._queues.values():
            queue.start()

    def stop(self) -> None:
        for queue in self._queues.values():
            queue.stop()

    def take(self, signal: Signal, body: bytes, received: int, *, json: bool = False) -> tuple[OtlpRequest, Future[None] | None]:
        """The checked request, and the future of its commit; None when the same bytes are stored already."""
        request = check(body, received, signal, json=json)
        if self._writers[signal].remembers(request.digest):
            return request, None
        return request, self._queues[signal].submit(request)


def _folder(spool: Path | None, signal: Signal) -> Path | None:
    """Traces keep the spool itself, where earlier versions left theirs."""
    return spool if spool is None or signal is Signal.TRACES else spool / signal.value
