"""The usual Python way to receive OTLP: decode to objects, walk them into rows, insert the rows. One table, no views, no guards."""

from __future__ import annotations

import asyncio
import sys
import threading
from concurrent.futures import Future
from queue import SimpleQueue

import clickhouse_connect
import uvicorn
from fastapi import FastAPI, Request, Response
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest, ExportTraceServiceResponse

_COLUMNS = [
    "trace_id",
    "span_id",
    "parent_span_id",
    "start",
    "end",
    "service",
    "name",
    "kind",
    "status",
    "status_message",
    "attributes",
]
_TABLE = """
CREATE TABLE spans
(
    trace_id String, span_id String, parent_span_id String, start Int64, end Int64, service LowCardinality(String),
    name LowCardinality(String), kind UInt8, status UInt8, status_message String, attributes Map(LowCardinality(String), String)
)
ENGINE = MergeTree ORDER BY (service, start)
"""
_MOST = 20_000
_STORED = ExportTraceServiceResponse().SerializeToString()
Batch = tuple[list[list[object]], Future[None]]


def rows_of(body: bytes) -> list[list[object]]:
    rows: list[list[object]] = []
    for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
        shared = {pair.key: _value(pair.value) for pair in resource.resource.attributes}
        for scope in resource.scope_spans:
            for span in scope.spans:
                attributes = shared | {pair.key: _value(pair.value) for pair in span.attributes}
                rows.append([
                    span.trace_id.hex(), span.span_id.hex(), span.parent_span_id.hex(), span.start_time_unix_nano,
                    span.end_time_unix_nano, shared.get("service.name", ""), span.name, span.kind, span.status.code,
                    span.status.message, attributes,
                ])  # fmt: skip
    return rows


def _value(value) -> str:  # type: ignore[no-untyped-def]
    return str(getattr(value, value.WhichOneof("value")))


def write(path: str, waiting: SimpleQueue[Batch]) -> None:
    client = clickhouse_connect.get_client(interface="chdb", path=path)
    client.command(_TABLE)
    while True:
        batch = [waiting.get()]
        while not waiting.empty() and sum(len(rows) for rows, _ in batch) < _MOST:
            batch.append(waiting.get())
        client.insert("spans", [row for rows, _ in batch for row in rows], column_names=_COLUMNS)
        for _, done in batch:
            done.set_result(None)


def application(path: str) -> FastAPI:
    app, waiting = FastAPI(), SimpleQueue[Batch]()
    threading.Thread(target=write, args=(path, waiting), daemon=True).start()

    @app.post("/v1/traces")
    async def traces(request: Request) -> Response:
        rows = await asyncio.to_thread(rows_of, await request.body())
        done: Future[None] = Future()
        waiting.put((rows, done))
        await asyncio.wrap_future(done)
        return Response(_STORED, media_type="application/x-protobuf")

    return app


if __name__ == "__main__":
    uvicorn.run(application(sys.argv[1]), host="127.0.0.1", port=int(sys.argv[2]), log_level="warning", http="httptools")
