"""kill -9 under load: every acknowledged span is there once, and everything made of spans equals a recount, after each kill.

    supplyscope bench faults [--json]      python benchmarks/faults.py [--kills 20] [--modes embedded,server] [--json]

`acknowledged`, `found`, `duplicated` and `lost` count spans; `torn` counts kills after which a rollup, key, milestone or failure did not
agree with the spans. Senders send the same bytes again until they are acknowledged. In server mode the engine is killed in turn.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import httpx
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

ROOT = Path(__file__).resolve().parents[1]
_HEADERS = {"Content-Type": "application/x-protobuf"}
_NOT_PROBLEMS = {"spans", "waiting"}


@dataclass
class Outcome:
    """Of one mode. `spooled` and `retried` say that faults were met at all."""

    kills: int = 0
    acknowledged: int = 0
    found: int = 0
    duplicated: int = 0
    lost: int = 0
    torn: int = 0
    retried: int = 0
    differences: list[dict[str, Any]] = field(default_factory=list)


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
            if not idle.wait(240):
                raise TimeoutError("a request was not acknowledged within four minutes of a restart")

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


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def start(module: str, *arguments: object) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", module, *map(str, arguments)], cwd=ROOT, stdout=subprocess.DEVNULL)


def await_answer(url: str, process: subprocess.Popen[bytes], seconds: float = 180) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end and process.poll() is None:
        with suppress(httpx.HTTPError):
            httpx.get(url, timeout=2)
            return
        time.sleep(0.1)
    raise TimeoutError(f"{url} did not answer within {seconds} s")


@contextmanager
def processes() -> Iterator[dict[str, subprocess.Popen[bytes]]]:
    """What runs, by name; ended with the block."""
    running: dict[str, subprocess.Popen[bytes]] = {}
    try:
        yield running
    finally:
        for process in running.values():
            process.kill()
            process.wait()


def run(mode: str, kills: int, folder: Path) -> Outcome:
    port, engine_port = free_port(), free_port() if mode == "server" else 0
    url, outcome = f"http://127.0.0.1:{port}", Outcome()
    with processes() as running:

        def engine() -> None:
            running["engine"] = start("tests.helpers.http_engine", "--port", engine_port, "--path", folder / "engine")
            await_answer(f"http://127.0.0.1:{engine_port}/ping", running["engine"])

        def collector() -> None:
            running["collector"] = start("benchmarks._fault_target", port, folder, *([engine_port] if engine_port else []))
            await_answer(url + "/openapi.json", running["collector"])

        if engine_port:
            engine()
        collector()
        senders = Senders(url)
        for number in range(kills):
            senders.resume()
            time.sleep(random.uniform(0.3, 2.5))
            name = "engine" if engine_port and number % 3 == 2 else "collector"
            running[name].kill()
            running[name].wait()
            engine() if name == "engine" else collector()
            senders.pause()
            _check(httpx.get(url + "/recount", timeout=120).json(), number, outcome)
        senders.stop()
        _account(senders, httpx.get(url + "/found", timeout=120).json(), outcome)
        outcome.retried = senders.retried
    return outcome


def _check(recount: dict[str, Any], number: int, outcome: Outcome) -> None:
    outcome.kills += 1
    wrong = {name: value for name, value in recount.items() if name not in _NOT_PROBLEMS and value != 0}
    if wrong:
        outcome.torn += 1
        outcome.differences.append({"kill": number + 1} | wrong)


def _account(senders: Senders, found: dict[str, Any], outcome: Outcome) -> None:
    spans = found["spans"]
    outcome.acknowledged = len(senders.acknowledged)
    outcome.found = sum(1 for span in senders.acknowledged if span in spans)
    outcome.duplicated = sum(times - 1 for times in spans.values())
    outcome.lost = outcome.acknowledged - outcome.found
    if found["keys"] != len(spans):  # every span has a correlation id of its own: the look-up must find each
        outcome.torn += 1
        outcome.differences.append({"looked_up": found["keys"], "spans": len(spans)})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--modes", default="embedded,server")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    results = {}
    for mode in options.modes.split(","):
        with tempfile.TemporaryDirectory() as folder:
            results[mode] = run(mode, options.kills, Path(folder))
    names = ("acknowledged", "found", "duplicated", "lost", "torn")
    total = {name: sum(getattr(result, name) for result in results.values()) for name in names}
    document = total | {"modes": {mode: asdict(result) for mode, result in results.items()}}
    print(json.dumps(document) if options.json else json.dumps(document, indent=2))  # noqa: T201
    if total["duplicated"] or total["lost"] or total["torn"]:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
