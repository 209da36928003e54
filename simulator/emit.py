"""Sending: spans in large OTLP requests, everything else as JSON, each from a thread of its own, in order, until acknowledged."""

from __future__ import annotations

import json
import queue
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

import httpx
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExportResult

from simulator.signals import BatchReport, Event, QueueSample, Signal, Trace, rfc3339
from simulator.telemetry import Telemetry

SPANS_PER_REQUEST = 8000
RECORDS_PER_REQUEST = 4000
_PATHS = {"events": "application/cloudevents-batch+json", "queues": "application/json", "batches": "application/json"}
Job = Callable[[], None]


class Refused(Exception):
    """The server will not take what it was sent; sending it again would not help."""


class Stopped(Exception):
    """The user asked to stop before everything was acknowledged."""


class _Line:
    """Jobs done one after another in a thread; a bounded queue holds the producer back."""

    def __init__(self, name: str) -> None:
        self._jobs: queue.Queue[Job] = queue.Queue(maxsize=4)
        self.error: BaseException | None = None
        threading.Thread(target=self._work, name=name, daemon=True).start()

    def add(self, job: Job, stop: threading.Event) -> None:
        while True:
            self.check(stop)
            try:
                return self._jobs.put(job, timeout=0.2)
            except queue.Full:
                continue

    def check(self, stop: threading.Event) -> None:
        if self.error:
            raise self.error
        if stop.is_set():
            raise Stopped

    def wait(self, stop: threading.Event) -> None:
        while self._jobs.unfinished_tasks:
            self.check(stop)
            stop.wait(0.005)
        self.check(stop)

    def _work(self) -> None:
        while True:
            job = self._jobs.get()
            try:
                if self.error is None:
                    job()
            except BaseException as error:  # handed to the producer by check()
                self.error = error
            self._jobs.task_done()


class Sender:
    """Says signals to a server. `patience`: seconds a request is retried while the server is away; None: for ever."""

    def __init__(
        self, server: str, otlp: str, key: str | None, stop: threading.Event, patience: float | None = 45.0, timeout: float = 20.0
    ) -> None:
        headers = {"authorization": f"Bearer {key}"} if key else {}
        self._stop = stop
        self._patience = patience
        self._client = httpx.Client(base_url=server, headers=headers, timeout=timeout)
        self._exporter = OTLPSpanExporter(endpoint=f"{otlp.rstrip('/')}/v1/traces", headers=headers, timeout=timeout)
        self._spans: list[ReadableSpan] = []
        self.telemetry = Telemetry(self._spans.append)
        self._records: dict[str, list[dict[str, Any]]] = {path: [] for path in _PATHS}
        self._traces, self._others = _Line("spans"), _Line("records")
        self.spans = self.records = 0

    def say(self, signals: Iterable[Signal]) -> None:
        """Queue `signals` for sending; blocks while the server is slower. Stopped, Refused."""
        for signal in signals:
            match signal:
                case Trace():
                    self.telemetry.say(signal)
                    if len(self._spans) >= SPANS_PER_REQUEST:
                        self._send_spans()
                case Event():
                    self._add("events", _cloud_event(signal))
                case QueueSample(body=body):
                    self._add("queues", body)
                case BatchReport(body=body):
                    # Of two reports of a run in one request the later says it all; received together they could not be told apart.
                    self._records["batches"] = [r for r in self._records["batches"] if r["run_id"] != body["run_id"]]
                    self._add("batches", body)

    def flush(self) -> None:
        """Return when everything said is acknowledged. Stopped, Refused."""
        self._send_spans()
        for path in _PATHS:
            self._send_records(path)
        self._traces.wait(self._stop)
        self._others.wait(self._stop)

    def be_patient(self) -> None:
        """From now on retry for ever: a server being restarted is no reason to end."""
        self._patience = None

    def close(self) -> None:
        self._exporter.shutdown()  # type: ignore[no-untyped-call]
        self._client.close()

    def _add(self, path: str, record: dict[str, Any]) -> None:
        self._records[path].append(record)
        if len(self._records[path]) >= RECORDS_PER_REQUEST:
            self._send_records(path)

    def _send_spans(self) -> None:
        spans = self._spans.copy()
        self._spans.clear()
        if spans:
            self.spans += len(spans)
            self._traces.add(
                lambda: self._until_taken(lambda: self._exporter.export(spans) is SpanExportResult.SUCCESS), self._stop
            )

    def _send_records(self, path: str) -> None:
        records, self._records[path] = self._records[path], []
        if records:
            self.records += len(records)
            self._others.add(lambda: self._until_taken(lambda: self._post(path, records)), self._stop)

    def _post(self, path: str, records: list[dict[str, Any]]) -> bool:
        try:
            answer = self._client.post(f"/v1/{path}", content=json.dumps(records), headers={"content-type": _PATHS[path]})
        except httpx.TransportError:
            return False
        if answer.status_code in (400, 401, 403, 413, 415, 422):
            raise Refused(f"/v1/{path} answered {answer.status_code}: {answer.text[:400]}")
        return answer.status_code == 200

    def _until_taken(self, attempt: Callable[[], bool]) -> None:
        pause, began = 0.1, time.monotonic()
        while not attempt():
            waited = time.monotonic() - began
            if self._patience is not None and waited > self._patience:
                raise Refused(
                    f"the server took nothing for {waited:.0f} s; is it running, and is SUPPLYSCOPE_INGEST_KEY its key?"
                )
            if self._stop.wait(pause):
                raise Stopped
            pause = min(pause * 2, 5.0)


def _cloud_event(event: Event) -> dict[str, Any]:
    return {
        "specversion": "1.0", "id": event.id, "source": "/simulator", "type": f"supplyscope.{event.kind}",
        "time": rfc3339(event.at), "data": event.data,
    }  # fmt: skip
