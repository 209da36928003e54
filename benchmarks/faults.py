"""kill -9 under load: every acknowledged span is there once, and everything made of spans equals a recount, after each kill.

    supplyscope bench faults [--json]
    python benchmarks/faults.py [--kills 20] [--modes embedded,server] [--part serve|collector] [--json]

What is killed is a whole `supplyscope serve` (collector, scheduler with its jobs, pages, which somebody keeps looking at), or with
`--part collector` a collector alone, which starts sooner.

`acknowledged`, `found`, `duplicated` and `lost` count spans; `torn` counts kills after which a rollup, key, milestone or failure did not
agree with the spans. Senders send the same bytes again until they are acknowledged. In server mode the engine is killed in turn.
"""

from __future__ import annotations

import argparse
import json
import random
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import httpx

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks._fault_clients import Reader, Senders

ROOT = Path(__file__).resolve().parents[1]
_PARTS = {"serve": "benchmarks._fault_server", "collector": "benchmarks._fault_target"}
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
    pages_read: int = 0
    differences: list[dict[str, Any]] = field(default_factory=list)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def start(module: str, *arguments: object) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", module, *map(str, arguments)], cwd=ROOT, stdout=subprocess.DEVNULL)


def await_answer(url: str, process: subprocess.Popen[bytes], seconds: float = 600) -> None:
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


def run(mode: str, kills: int, folder: Path, part: str = "serve") -> Outcome:
    port, engine_port = free_port(), free_port() if mode == "server" else 0
    url, outcome = f"http://127.0.0.1:{port}", Outcome()
    with processes() as running:

        def engine() -> None:
            running["engine"] = start("tests.helpers.http_engine", "--port", engine_port, "--path", folder / "engine")
            await_answer(f"http://127.0.0.1:{engine_port}/ping", running["engine"])

        def collector() -> None:
            running["collector"] = start(_PARTS[part], port, folder, *([engine_port] if engine_port else []))
            await_answer(url + ("/readyz" if part == "serve" else "/openapi.json"), running["collector"])

        if engine_port:
            engine()
        collector()
        senders = Senders(url)
        reader = Reader(url) if part == "serve" else None
        for number in range(kills):
            senders.resume()
            time.sleep(random.uniform(0.3, 2.5))
            name = "engine" if engine_port and number % 2 else "collector"
            running[name].kill()
            running[name].wait()
            engine() if name == "engine" else collector()
            senders.pause()
            _check(httpx.get(url + "/api/v1/faults/recount", timeout=120).json(), number, outcome)
        senders.stop()
        outcome.pages_read = reader.stop() if reader else 0
        _account(senders, httpx.get(url + "/api/v1/faults/found", timeout=120).json(), outcome)
        outcome.retried = senders.retried
    return outcome


def _check(recount: dict[str, Any], number: int, outcome: Outcome) -> None:
    outcome.kills += 1
    wrong = {name: value for name, value in recount.items() if name not in _NOT_PROBLEMS and value != 0}
    if wrong:
        outcome.torn += 1
        outcome.differences.append({"kill": number + 1} | wrong)
    # Told at once: a run takes long, and what it has shown so far is worth something.
    print(f"kill {number + 1}: {recount['spans']} spans, {wrong or 'all equal to a recount'}", file=sys.stderr)  # noqa: T201


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
    parser.add_argument("--part", choices=sorted(_PARTS), default="serve")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    results = {}
    for mode in options.modes.split(","):
        with tempfile.TemporaryDirectory() as folder:
            results[mode] = run(mode, options.kills, Path(folder), options.part)
    names = ("acknowledged", "found", "duplicated", "lost", "torn")
    total = {name: sum(getattr(result, name) for result in results.values()) for name in names}
    document = total | {"modes": {mode: asdict(result) for mode, result in results.items()}}
    print(json.dumps(document) if options.json else json.dumps(document, indent=2))  # noqa: T201
    if total["duplicated"] or total["lost"] or total["torn"]:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
