"""Who talks to a server that is killed again and again: senders that never give up, and a reader of its pages."""

from __future__ import annotations

import os
import random
import threading
import time
from contextlib import suppress

import httpx
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

_HEADERS = {"Content-Type": "application/x-protobuf"}
_LOOKED_AT = ("/", "/api/v1/interfaces", "/api/v1/failures", "/api/v1/flows", "/api/v1/sla")


def body(spans: int) -> tuple[bytes, list[str]]:
    """A request of purchase-order spans: some name a milestone, some fail; and their span ids."""
    request = ExportTraceServiceRequest()
    resource = request.resource_spans.add()
    resource.resource.attributes.add(key="service.name").value.string_value = "erp"
    group, now = resource.scope_spans.add().spans, time.time_ns()
    for number in range(spans):
        span = group.add(trace_id=os.urandom(16), span_id=os.urandom(8), name="post purchase order", kind=2)
        span.start_time_unix_nano, span.end_time_unix_nano = now - random.randrange(1, 90_000_000_000), now
        order = f"PO-{os.urandom(5).hex()}"
        values = {"interface.id": "po-to-erp", "purchase_order.id": order, "correlation.id": os.urandom(8).hex()}
        if number % 3 == 0:
            values |= {"flow.name": "purchase_order", "milestone.name": "erp_posted", "facility.id": "H01"}
        if number % 5 == 0:
            span.status.code, span.status.message = 2, "price not found"  # type: ignore[assignment]
        for key, value in values.items():
            span.attributes.add(key=key).value.string_value = value
    return request.SerializeToString(), [span.span_id.hex() for span in group]


class Senders:
    """Clients that never give up. `pause` returns once none has a request under way."""

    def __init__(self, url: str, count: int = 3, spans: int = 40) -> None:
        self.acknowledged: list[str] = []
        self.retried = 0
        self._url, self._spans = url, spans
        self._go, self._stopping, self._lock = threading.Event(), threading.Event(), threading.Lock()
        self._idle = [threading.Event() for _ in range(count)]
        self._threads = [threading.Thread(target=self._run, args=(idle,), daemon=True) for idle in self._idle]
        for thread in self._threads:
            thread.start()

    def resume(self) -> None:
        for idle in self._idle:
            idle.clear()
        self._go.set()

    def pause(self) -> None:
        self._go.clear()
        for idle in self._idle:
            if not idle.wait(600):
                raise TimeoutError("a request was not acknowledged within ten minutes of a restart")

    def stop(self) -> None:
        self._stopping.set()
        self._go.set()

    def _run(self, idle: threading.Event) -> None:
        with httpx.Client(base_url=self._url, timeout=30) as client:
            while not self._stopping.is_set():
                if not self._go.is_set():
                    idle.set()
                    self._go.wait()
                    continue
                self._deliver(client, *body(self._spans))

    def _deliver(self, client: httpx.Client, content: bytes, ids: list[str]) -> None:
        while not self._stopping.is_set():
            with suppress(httpx.HTTPError):
                if client.post("/v1/traces", content=content, headers=_HEADERS).status_code == 200:
                    with self._lock:
                        self.acknowledged += ids
                    return
            with self._lock:
                self.retried += 1
            time.sleep(0.1)


class Reader:
    """Somebody who keeps looking at pages and answers, whether the server lives or not."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._read = 0
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def stop(self) -> int:
        """How many answers were seen."""
        self._stopping.set()
        self._thread.join()
        return self._read

    def _run(self) -> None:
        with httpx.Client(base_url=self._url, timeout=20) as client:
            while not self._stopping.wait(0.2):
                for path in _LOOKED_AT:
                    with suppress(httpx.HTTPError):
                        self._read += client.get(path).status_code == 200
