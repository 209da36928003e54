"""Spans per second through a real HTTP server, acknowledged after commit.

    python benchmarks/ingest.py [--seconds 10] [--senders 4] [--spans 500]

Server and senders share this machine, so the figure is a lower bound. Each body is sent once: no request is a repeat.
"""

from __future__ import annotations

import argparse
import os
import socket
import statistics
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import uvicorn
from fastapi import FastAPI
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from collector.collector import Collector
from collector.routes import router
from domain.loader import load
from store.engine import Location
from store.migrate import migrate
from store.query import Query
from store.store import Store

_CONFIGURATION = Path(__file__).resolve().parents[1] / "examples" / "hospital_network"
_STORED = Query("bench/stored", "SELECT count() FROM spans")
_HEADERS = {"Content-Type": "application/x-protobuf"}


def body(spans: int) -> bytes:
    """A request of `spans` purchase-order spans with random ids and the usual attributes."""
    request = ExportTraceServiceRequest()
    resource = request.resource_spans.add()
    resource.resource.attributes.add(key="service.name").value.string_value = "erp"
    group = resource.scope_spans.add().spans
    now = time.time_ns()
    for number in range(spans):
        span = group.add(trace_id=os.urandom(16), span_id=os.urandom(8), name="post purchase order", kind=2)
        span.start_time_unix_nano, span.end_time_unix_nano = now - 5_000_000, now
        values = {
            "interface.id": "po-to-erp",
            "facility.id": f"H{number % 12 + 1:02}",
            "purchase_order.id": f"PO-{os.urandom(4).hex()}",
        }
        for key, value in (values | {"correlation.id": os.urandom(8).hex(), "http.route": "/orders"}).items():
            span.attributes.add(key=key).value.string_value = value
    return request.SerializeToString()


def send(client: httpx.Client, spans: int, until: float) -> list[float]:
    """Acknowledgement times in seconds; a new body each time, its making not measured."""
    times = []
    while time.monotonic() < until:
        content = body(spans)
        began = time.monotonic()
        client.post("/v1/traces", content=content, headers=_HEADERS).raise_for_status()
        times.append(time.monotonic() - began)
    return times


def measure(url: str, seconds: float, senders: int, spans: int) -> str:
    began = time.monotonic()
    with ThreadPoolExecutor(senders) as pool, httpx.Client(base_url=url, timeout=60) as client:
        runs = pool.map(lambda _: send(client, spans, began + seconds), range(senders))
        times = [each for run in runs for each in run]
    elapsed = time.monotonic() - began
    p95 = statistics.quantiles(times, n=20)[-1] if len(times) > 1 else times[0]
    rate = len(times) * spans / elapsed
    return f"{rate:,.0f} spans/s in {elapsed:.1f} s; acknowledged in {statistics.median(times):.3f} s median, {p95:.3f} s p95"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--senders", type=int, default=4)
    parser.add_argument("--spans", type=int, default=500)
    options = parser.parse_args()
    configuration = load(_CONFIGURATION)
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Location(path=f"{folder}/store"))
        migrate(store, configuration)
        collector = Collector(store, configuration)
        collector.start()
        app = FastAPI()
        app.include_router(router(collector))
        listener = socket.create_server(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            print(measure(f"http://127.0.0.1:{listener.getsockname()[1]}", options.seconds, options.senders, options.spans))  # noqa: T201
            print(f"{store.value(_STORED):,} spans stored")  # noqa: T201
        finally:
            server.should_exit = True
            thread.join()
            collector.stop()
            store.close()


if __name__ == "__main__":
    main()
