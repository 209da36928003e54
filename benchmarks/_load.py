"""A load generator of its own process: keep-alive connections over raw sockets, a new body for every request.

python benchmarks/_load.py URL --signal traces --records 512 --clients 8 --seconds 20   → one JSON line
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import _bodies
import grpc.aio
import numpy as np

_PROTOBUF, _JSON = "application/x-protobuf", "application/json"


@dataclass
class Tally:
    """Acknowledged only: what was refused is counted and not retried."""

    records: int = 0
    bytes: int = 0
    refused: dict[int, int] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class Request:
    """How to make one request's body, and the header lines that go with it."""

    body: Callable[[], bytes]
    records: int
    path: str
    headers: str
    pause: float = 0.0  # seconds a client rests after an answer


def request_of(options: argparse.Namespace, seed: int) -> Request:
    make = {"traces": _bodies.spans, "logs": _bodies.logs, "metrics": _bodies.points}[options.signal]
    template = make(options.records, seed)
    body: Callable[[], bytes] = template.fresh
    headers = f"Content-Type: {_JSON if options.encoding == 'json' else _PROTOBUF}\r\n"
    if options.encoding == "json":
        body = _bodies.as_json(template)
    if options.encoding == "gzip":
        body, headers = lambda: gzip.compress(template.fresh(), 1), headers + "Content-Encoding: gzip\r\n"
    if options.key:
        headers += f"Authorization: Bearer {options.key}\r\n"
    return Request(body, options.records, f"/v1/{options.signal}", headers, options.pause)


async def client(host: str, port: int, request: Request, until: float, tally: Tally) -> None:
    reader, writer = await asyncio.open_connection(host, port)
    try:
        while time.monotonic() < until:
            body = request.body()
            head = f"POST {request.path} HTTP/1.1\r\nHost: {host}:{port}\r\n{request.headers}Content-Length: {len(body)}\r\n\r\n"
            began = time.monotonic()
            writer.write(head.encode() + body)
            status = await answered(reader)
            if status == 200:
                tally.seconds.append(time.monotonic() - began)
                tally.records += request.records
                tally.bytes += len(body)
                await asyncio.sleep(request.pause)
            else:
                tally.refused[status] = tally.refused.get(status, 0) + 1
                await asyncio.sleep(0.05)
    finally:
        writer.close()


async def grpc_client(target: str, request: Request, until: float, tally: Tally, key: str) -> None:
    """The same over gRPC, bytes in and bytes out."""
    service = {
        "/v1/traces": "trace.v1.TraceService",
        "/v1/logs": "logs.v1.LogsService",
        "/v1/metrics": "metrics.v1.MetricsService",
    }
    metadata = (("authorization", f"Bearer {key}"),) if key else ()
    async with grpc.aio.insecure_channel(target, options=[("grpc.max_send_message_length", -1)]) as channel:
        export = channel.unary_unary(f"/opentelemetry.proto.collector.{service[request.path]}/Export")
        while time.monotonic() < until:
            body = request.body()
            began = time.monotonic()
            try:
                await export(body, metadata=metadata)
            except grpc.aio.AioRpcError as error:
                tally.refused[error.code().value[0]] = tally.refused.get(error.code().value[0], 0) + 1
                await asyncio.sleep(0.05)
                continue
            tally.seconds.append(time.monotonic() - began)
            tally.records += request.records
            tally.bytes += len(body)


async def answered(reader: asyncio.StreamReader) -> int:
    head = await reader.readuntil(b"\r\n\r\n")
    length = 0
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    if length:
        await reader.readexactly(length)
    return int(head[9:12])


async def run(options: argparse.Namespace) -> dict[str, object]:
    target = urlsplit(options.url)
    assert target.hostname and target.port
    tally = Tally()
    # Templates are made before the clock starts; clients share a few so that memory stays small.
    requests = [request_of(options, seed) for seed in range(min(options.clients, 8))]
    began = time.monotonic()
    until = began + options.seconds
    chosen = [requests[n % len(requests)] for n in range(options.clients)]
    if target.scheme == "grpc":
        await asyncio.gather(*(grpc_client(target.netloc, request, until, tally, options.key) for request in chosen))
    else:
        await asyncio.gather(*(client(target.hostname, target.port, request, until, tally) for request in chosen))
    return summary(tally, time.monotonic() - began)


def summary(tally: Tally, elapsed: float) -> dict[str, object]:
    times = np.asarray(tally.seconds or [0.0])
    return {
        "records": tally.records,
        "records_per_s": round(tally.records / elapsed, 1),
        "seconds": round(elapsed, 2),
        "requests": len(tally.seconds),
        "bytes": tally.bytes,
        "refused": tally.refused,
        "ack_p50_ms": round(float(np.percentile(times, 50)) * 1000, 2),
        "ack_p99_ms": round(float(np.percentile(times, 99)) * 1000, 2),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url")
    parser.add_argument("--signal", choices=("traces", "logs", "metrics"), default="traces")
    parser.add_argument("--encoding", choices=("protobuf", "json", "gzip"), default="protobuf")
    parser.add_argument("--records", type=int, default=512)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--pause", type=float, default=0.0)
    parser.add_argument("--key", default="")
    print(json.dumps(asyncio.run(run(parser.parse_args()))))  # noqa: T201


if __name__ == "__main__":
    main()
