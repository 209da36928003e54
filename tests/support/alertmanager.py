"""Debian's prometheus-alertmanager as a process of its own, on loopback, with receivers that note what comes and when."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import yaml

from tests.support.programs import program, running
from tests.support.receivers import free_port


@dataclass
class Arrival:
    """One webhook call. at: seconds of wall time; names of the alerts it says are firing and have ended."""

    receiver: str
    at: float
    firing: frozenset[str]
    ended: frozenset[str]


@dataclass
class Receivers:
    """An HTTP server: /NAME notes the call for receiver NAME; one that is down answers 503 and notes nothing."""

    port: int
    arrivals: list[Arrival] = field(default_factory=list)
    down: set[str] = field(default_factory=set)


@contextmanager
def receivers() -> Iterator[Receivers]:
    found = Receivers(0)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            name = self.path.strip("/")
            up = name not in found.down
            if up:
                by_status = {
                    status: frozenset(a["labels"]["alertname"] for a in body["alerts"] if a["status"] == status)
                    for status in ("firing", "resolved")
                }
                found.arrivals.append(Arrival(name, time.monotonic(), by_status["firing"], by_status["resolved"]))
            self.send_response(200 if up else 503)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


class Alertmanager:
    """A running one. `push` takes labels; `ends` may lie ahead."""

    def __init__(self, port: int) -> None:
        self._client = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=10, trust_env=False)

    def close(self) -> None:
        self._client.close()

    def push(self, alerts: Sequence[Mapping[str, str]], starts: datetime, ends: datetime | None) -> None:
        body = [
            {"labels": dict(labels), "startsAt": starts.isoformat(), **({"endsAt": ends.isoformat()} if ends else {})}
            for labels in alerts
        ]
        self._client.post("/api/v2/alerts", json=body).raise_for_status()

    def silence(self, labels: Mapping[str, str], starts: datetime, length: timedelta) -> None:
        matchers = [{"name": n, "value": v, "isRegex": False, "isEqual": True} for n, v in labels.items()]
        body = {"matchers": matchers, "startsAt": starts.isoformat(), "endsAt": (starts + length).isoformat()}
        self._client.post("/api/v2/silences", json=body | {"createdBy": "story", "comment": "story"}).raise_for_status()

    def reload(self) -> None:
        self._client.post("/-/reload").raise_for_status()


@contextmanager
def alertmanager(configuration: Mapping[str, Any], folder: Path) -> Iterator[Alertmanager]:
    """Skips the test where the package is missing."""
    binary = program("prometheus-alertmanager", "prometheus-alertmanager")
    folder.mkdir(parents=True, exist_ok=True)
    config = folder / "alertmanager.yaml"
    config.write_text(yaml.safe_dump(dict(configuration)))
    port = free_port()
    command = [
        binary, f"--config.file={config}", f"--storage.path={folder / 'data'}", f"--web.listen-address=127.0.0.1:{port}",
        "--cluster.listen-address=", "--log.level=warn",
    ]  # fmt: skip
    with running(command, folder, port):
        client = Alertmanager(port)
        try:
            yield client
        finally:
            client.close()
