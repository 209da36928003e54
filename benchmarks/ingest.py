"""Spans stored and acknowledged per second in the shipped default configuration, beside its peers in the same run.

    supplyscope bench ingest [--json]
    python benchmarks/ingest.py [--seconds 20] [--rounds 3] [--clients 128] [--only NAME …] [--minutes 10]

The server is `supplyscope serve` with the example network's configuration (rules, keys, masks), an ingest key, request
deduplication, journal and fsync on. Every request is new: ids, keys and times are never repeated. The load generator runs on
the same machine, as it does for the peers: Rotel receiving and discarding, and protobuf objects → rows → clickhouse-connect.
Ratios are of medians over rounds that alternate between the three.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

import _peers
from _memory import Memory

from domain.loader import load
from store.engine import Location
from store.query import Query
from store.store import Store

EXAMPLE = Path(__file__).resolve().parents[1] / "examples" / "hospital_network"
KEY = "benchmark-key"
_STORED = Query(
    "bench/stored",
    "SELECT count() AS spans, uniqExact(trace_id, span_id) AS distinct_spans FROM spans WHERE interface_id != 'supplyscope'",
)
_SIZE = Query(
    "bench/size",
    "SELECT sum(bytes_on_disk) AS bytes FROM system.parts WHERE active AND database = currentDatabase() AND table = 'spans'",
)


@dataclass(frozen=True)
class Target:
    """A running server: `process` is None for a peer whose memory is not measured."""

    url: str
    grpc: str = ""
    pages: str = ""
    memory: Memory | None = None


@contextlib.contextmanager
def ours(folder: Path, *, without: str = "") -> Iterator[Target]:
    """`supplyscope serve` as shipped; `without` names one guard that is left out, to see what it costs."""
    pages, http, grpc = _peers.free_port(), _peers.free_port(), _peers.free_port()
    command = [
        sys.executable, str(Path(__file__).with_name("_server.py")), "--without", without, "--data", str(folder / "data"),
        "--config", str(EXAMPLE), "--port", str(pages), "--otlp-http-port", str(http), "--otlp-grpc-port", str(grpc),
    ]  # fmt: skip
    environment = {"SUPPLYSCOPE_INGEST_KEY": KEY, "SMTP_HOST": "127.0.0.1", "SLACK_WEBHOOK_URL": "http://127.0.0.1:9/none"}
    with _peers.running(command, folder / "serve.log", http, environment) as process, Memory(process.pid) as memory:
        yield Target(f"http://127.0.0.1:{http}", f"grpc://127.0.0.1:{grpc}", f"http://127.0.0.1:{pages}", memory)


def load_on(url: str, options: argparse.Namespace, **scenario: Any) -> dict[str, Any]:
    """One run of the load generator; its own summary."""
    chosen = {"clients": options.clients, "seconds": options.seconds, "key": KEY} | scenario
    arguments = [text for name, value in chosen.items() for text in (f"--{name}", str(value))]
    command = [sys.executable, str(Path(__file__).with_name("_load.py")), url, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"the load generator failed:\n{done.stderr[-2000:]}")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def rounds(options: argparse.Namespace, said: Any) -> dict[str, Any]:
    """Ours, Rotel and the Python rows in turn; medians and ratios, and what lay in the store afterwards."""
    rates: dict[str, list[float]] = {"ours": [], "rotel": [], "python_rows": []}
    runs: list[dict[str, Any]] = []
    sent, stored, peak = 0, {"spans": 0, "distinct_spans": 0, "bytes": 0}, 0.0
    for number in range(options.rounds):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            with ours(folder) as target:
                run = load_on(target.url, options)
                assert target.memory
                peak = max(peak, target.memory.peak_mb)
            in_store = left_behind(folder / "data")
            stored = {key: stored[key] + in_store[key] for key in stored}
            sent += run["records"]
            runs.append(run)
            rates["ours"].append(run["records_per_s"])
            with _peers.rotel_blackhole(folder) as url:
                rates["rotel"].append(load_on(url, options, key="")["records_per_s"])
            with _peers.python_rows(folder) as url:
                rates["python_rows"].append(load_on(url, options, key="")["records_per_s"])
        said(f"round {number + 1}: " + ", ".join(f"{name} {values[-1]:,.0f}/s" for name, values in rates.items()))
    middle = {name: statistics.median(values) for name, values in rates.items()}
    return {
        "stored_spans_per_s": middle["ours"],
        "rotel_spans_per_s": middle["rotel"],
        "ratio_rotel": round(middle["ours"] / middle["rotel"], 3),
        "python_rows_spans_per_s": middle["python_rows"],
        "ratio_python_rows": round(middle["ours"] / middle["python_rows"], 2),
        "ack_p50_ms": statistics.median(run["ack_p50_ms"] for run in runs),
        "ack_p99_ms": statistics.median(run["ack_p99_ms"] for run in runs),
        "peak_rss_mb": round(peak),
        "acknowledged_spans": sent,
        "stored_spans": stored["spans"],
        "distinct_spans": stored["distinct_spans"],
        "bytes_per_span": round(stored["bytes"] / max(1, stored["spans"]), 1),
        "configuration": load(EXAMPLE).fingerprint,
    }


def left_behind(data: Path) -> dict[str, int]:
    """What a later process finds in the store."""
    store = Store(Location(path=str(data / "clickhouse")))
    try:
        (counts,), (size,) = store.records(_STORED), store.records(_SIZE)
        return {name: int(value or 0) for name, value in (counts | size).items()}
    finally:
        store.close()


SCENARIOS: dict[str, dict[str, Any]] = {
    "logs": {"signal": "logs"},
    "metrics": {"signal": "metrics"},
    "grpc": {"transport": "grpc"},
    "json": {"encoding": "json"},
    "gzip": {"encoding": "gzip"},
    "small_requests": {"records": 20, "clients": 200},
}
_PARTS = ("rounds", "ways", "guards", "pages", "long")
GUARDS = ("keys", "masks", "journal_sync")


def other_ways(options: argparse.Namespace, said: Any) -> dict[str, Any]:
    """Records per second and acknowledgement times of every other way in, each on a server of its own."""
    found: dict[str, Any] = {}
    for name, scenario in SCENARIOS.items():
        with tempfile.TemporaryDirectory() as folder, ours(Path(folder)) as target:
            url = target.grpc if scenario.get("transport") else target.url
            found[name] = load_on(url, options, **{key: value for key, value in scenario.items() if key != "transport"})
        said(
            f"{name}: {found[name]['records_per_s']:,.0f}/s, acknowledged in {found[name]['ack_p50_ms']} ms, p99 {found[name]['ack_p99_ms']} ms"
        )
    return found


def cost_of_guards(options: argparse.Namespace, said: Any) -> dict[str, float]:
    """Spans per second without one guard, over spans per second with all, in alternating runs: 1.2 means it costs a sixth."""
    found = {}
    for guard in GUARDS:
        rates: dict[str, list[float]] = {"": [], guard: []}
        for _ in range(options.rounds):
            for without, values in rates.items():
                with tempfile.TemporaryDirectory() as folder, ours(Path(folder), without=without) as target:
                    values.append(load_on(target.url, options)["records_per_s"])
        found[guard] = round(statistics.median(rates[guard]) / statistics.median(rates[""]), 3)
        said(f"without {guard}: × {found[guard]}")
    return found


def with_pages(options: argparse.Namespace, said: Any) -> dict[str, Any]:
    """Acknowledgement at a steady load a third of what is possible, with nobody looking and then with five pages open and refreshing."""
    steady = {"clients": 16, "pause": 1.0}
    with tempfile.TemporaryDirectory() as folder, ours(Path(folder)) as target:
        load_on(target.url, options, **steady)  # the first batches pay for opening tables
        idle = load_on(target.url, options, **steady)
        command = [sys.executable, str(Path(__file__).with_name("_pages.py")), target.pages]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as browser:
            assert browser.stdout
            if browser.stdout.readline().strip() != "open":
                raise SystemExit("the pages did not open; see above")
            watched = load_on(target.url, options, **steady)
            browser.terminate()
    ratio = round(watched["ack_p99_ms"] / idle["ack_p99_ms"], 2)
    said(f"p99 acknowledgement {idle['ack_p99_ms']} ms idle, {watched['ack_p99_ms']} ms with five pages: × {ratio}")
    return {"idle": idle, "five_pages": watched, "ratio_p99": ratio}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--seconds", type=float, default=15.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--clients", type=int, default=128)
    parser.add_argument("--only", nargs="*", choices=_PARTS, default=_PARTS[:-1])
    parser.add_argument("--minutes", type=float, default=10.0, help="length of the long run, which shows that memory stays flat")
    options = parser.parse_args()

    def said(line: str) -> None:
        print(line, file=sys.stderr, flush=True)  # noqa: T201

    found: dict[str, Any] = {}
    if "rounds" in options.only:
        found |= rounds(options, said)
    if "ways" in options.only:
        found["ways"] = other_ways(options, said)
    if "guards" in options.only:
        found["without_guard"] = cost_of_guards(options, said)
    if "pages" in options.only:
        found["pages"] = with_pages(options, said)
    if "long" in options.only:
        found["long"] = long_run(options)
    print(json.dumps(found) if options.json else "\n".join(f"{name}: {value}" for name, value in found.items()))  # noqa: T201


def long_run(options: argparse.Namespace) -> dict[str, Any]:
    """Memory at every tenth of a long run, MB resident."""
    with tempfile.TemporaryDirectory() as folder, ours(Path(folder)) as target:
        run = load_on(target.url, options, seconds=options.minutes * 60)
        assert target.memory
        return run | {"rss_mb": target.memory.tenths(), "peak_rss_mb": round(target.memory.peak_mb)}


if __name__ == "__main__":
    main()
