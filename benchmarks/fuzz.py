"""Damaged, truncated, spliced and hostile bodies through every door: no crash, no 500, nothing stored by halves.

    supplyscope bench fuzz [--json]
    python benchmarks/fuzz.py [--minutes 10] [--seed 1]

The collector runs with a real engine in memory behind its real HTTP application. hypothesis draws a valid body of the door, then
edits to it. After every request that was refused the row counts of all tables must be what they were; after every one that
was taken, spans, log records and metric points must have grown by what was acknowledged.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import json
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

import _bodies
import _samples
import httpx
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from collector.collector import Collector
from collector.limits import Limits
from collector.routes import router
from domain.loader import load
from store.engine import Location
from store.migrate import migrate
from store.query import Query
from store.store import Store

EXAMPLE = Path(__file__).resolve().parents[1] / "examples" / "hospital_network"
_TABLES = (
    "spans",
    "logs",
    "metric_points",
    "queue_samples",
    "batch_runs",
    "batch_rejects",
    "po_lines",
    "contract_prices",
    "invoices",
    "failure_reports",
)
_COUNTS = Query("fuzz/counts", " UNION ALL ".join(f"SELECT '{table}' AS name, count() AS rows FROM {table}" for table in _TABLES))  # noqa: S608
_GROWS = {"/v1/traces": "spans", "/v1/logs": "logs", "/v1/metrics": "metric_points"}
_HOSTILE = (
    b"\x00", b"\xff" * 9, b"'; DROP TABLE spans; --", b"\xf0\x9f\x92\xa5", b"NaN", b"1e999", b"-0", b"null", b"[[[[[[[[", b'{"a":' * 50,
    b"${jndi}", b"%n%s", b"\xed\xa0\x80", b"9" * 400, b"ISA*", b"~", b"\r\n\r\n", b"\xef\xbb\xbf",
)  # fmt: skip


@dataclass
class Tally:
    """What came of all requests."""

    requests: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)


def edited(body: bytes, edits: list[tuple[str, float, bytes]]) -> bytes:
    """`body` after each edit: (what, where as a share of its length, bytes to use)."""
    for what, where, piece in edits:
        at = int(where * len(body))
        if what == "flip":
            body = body[:at] + bytes(b ^ 1 << (len(piece) % 8) for b in body[at : at + 1]) + body[at + 1 :]
        elif what == "cut":
            body = body[:at]
        elif what == "insert":
            body = body[:at] + piece + body[at:]
        elif what == "drop":
            body = body[:at] + body[at + 1 + len(piece) :]
        else:
            body = body[:at] + body[at : at + 40] * 2 + body[at + 40 :]
    return body


EDITS = st.lists(
    st.tuples(
        st.sampled_from(("flip", "cut", "insert", "drop", "repeat")),
        st.floats(0, 1, exclude_max=True),
        st.one_of(st.sampled_from(_HOSTILE), st.binary(max_size=12)),
    ),
    max_size=6,
)


class Target:
    """The application and the engine behind it; `send` judges each answer."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        configuration = load(EXAMPLE)
        self.store = Store(Location(path=":memory:", database="fuzz"))
        migrate(self.store, configuration)
        self.collector = Collector(self.store, configuration, limits=Limits(linger=0.0))
        self.collector.start()
        app = FastAPI()
        app.include_router(router(self.collector))
        self.client = httpx.AsyncClient(
            transport=httpx.ASGITransport(app, raise_app_exceptions=False), base_url="http://127.0.0.1"
        )
        self.tally = Tally()
        self.counts = self.count()

    def count(self) -> dict[str, int]:
        return {row["name"]: int(row["rows"]) for row in self.store.records(_COUNTS)}

    def send(self, door: _samples.Door, body: bytes, *, squeezed: bool) -> None:
        headers = door.headers | ({"Content-Encoding": "gzip"} if squeezed else {})
        content = gzip.compress(body, 1) if squeezed else body
        answer = self._loop.run_until_complete(self.client.request(door.method, door.path, content=content, headers=headers))
        self.tally.requests += 1
        self.tally.statuses[answer.status_code] += 1
        if answer.status_code >= 500:
            self._wrong(door, body, f"answered {answer.status_code}: {answer.text[:200]}")
        after, before = self.count(), self.counts
        self.counts = after
        # Fewer rows are a merge that put repeats together.
        grown = {name: after[name] - before[name] for name in after if after[name] > before[name]}
        if answer.status_code != 200 and grown:
            self._wrong(door, body, f"answered {answer.status_code}, yet stored {grown}")
        if answer.status_code == 200 and door.path in _GROWS:
            self._grown(door, body, answer, after[_GROWS[door.path]] - before[_GROWS[door.path]])

    def _grown(self, door: _samples.Door, body: bytes, answer: httpx.Response, grown: int) -> None:
        expected = door.stored(body, answer.content, answer.headers["content-type"]) if door.stored else grown
        if grown not in (expected, 0):
            self._wrong(door, body, f"acknowledged {expected}, stored {grown}")

    def _wrong(self, door: _samples.Door, body: bytes, what: str) -> None:
        self.tally.problems.append(f"{door.method} {door.path} {what}; body {body[:300]!r}")


def bomb(target: Target) -> float:
    """CPU seconds to refuse 1 GiB of zeros in a gzip body of a megabyte."""
    body = gzip.compress(bytes(1 << 30), 9)
    began = time.process_time()
    answer = target._loop.run_until_complete(
        target.client.post(
            "/v1/traces", content=body, headers={"Content-Type": "application/x-protobuf", "Content-Encoding": "gzip"}
        )
    )
    spent = time.process_time() - began
    if answer.status_code != 413:
        target.tally.problems.append(f"a gzip bomb was answered {answer.status_code}")
    return spent


def campaign(target: Target, doors: tuple[_samples.Door, ...], number: int) -> Callable[[], None]:
    """One hypothesis run over all doors; each run has a seed of its own."""

    @seed(number)
    @settings(max_examples=400, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(st.sampled_from(doors), EDITS, st.booleans())
    def run(door: _samples.Door, edits: list[tuple[str, float, bytes]], squeezed: bool) -> None:
        target.send(door, edited(door.body(), edits), squeezed=squeezed)

    return run


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    loop = asyncio.new_event_loop()
    target, doors = Target(loop), _samples.doors(_bodies.spans(5, 1), _bodies.logs(5, 2), _bodies.points(5, 3))
    until, number, settled = time.monotonic() + options.minutes * 60, options.seed, 0.0
    while time.monotonic() < until:
        campaign(target, doors, number)()
        number += 1
        settled = settled or resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    found: dict[str, Any] = {
        "requests": target.tally.requests,
        "statuses": {str(status): count for status, count in sorted(target.tally.statuses.items())},
        "problems": target.tally.problems[:20],
        "rss_after_first_campaign_mb": round(settled),
        "rss_peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "bomb_cpu_ms": round(bomb(target) * 1000, 1),
    }
    target.collector.stop()
    print(json.dumps(found) if options.json else "\n".join(f"{name}: {value}" for name, value in found.items()))  # noqa: T201
    sys.exit(1 if target.tally.problems else 0)


if __name__ == "__main__":
    main()
