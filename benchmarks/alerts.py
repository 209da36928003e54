"""kill -9 between decision and record: every message is delivered, none twice beyond what a medium's guarantee says; and how soon.

    supplyscope bench alerts [--json]
    python benchmarks/alerts.py [--kills 20] [--breaches 20] [--storm 10000] [--json]

A whole `supplyscope serve` is killed at points chosen in turn: when it has decided and not recorded, when it has recorded and not sent,
when a receiver has taken a message and not answered, right after a receiver's 200, and anywhere. Receivers are a real SMTP server and
HTTP receivers of six media, which answer 200, 429, 500 or not at all, and remove no doubles.

`decisions` owe the `messages` that the record names; `delivered` of them arrived. `lost` is worked out from what was caused, not from
the record: an opening and an end of each contract on each channel. `repeats` came again with the same key, marked where the medium can
carry a mark, at most one a crash and channel; `doubled` are raw arrivals beyond that, any repeat at all on the channels that are asked
first (Slack as a bot, ServiceNow), and the same news under another key. `latency` is from the bytes that cause a page-severity breach to
the message received, in seconds.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks._alert_network import CHANNELS, written
from benchmarks._alert_receivers import LOOKED_UP, MARKED, Receivers, receivers
from benchmarks._alert_spans import executed, loaded, refused
from benchmarks._alert_storm import storm
from benchmarks._statistics import percentile
from tests.support.media import PAGERDUTY_KEY, SERVICENOW_PASSWORD, SERVICENOW_USER, SLACK_TOKEN
from tests.support.receivers import free_port

ROOT = Path(__file__).resolve().parents[1]
MOMENTS = ("decided", "recorded", "taken", "answered", "anywhere")
_PATIENCE = 40  # seconds until a kill that did not find its moment is carried out anyway


class Server:
    """The platform as a process; `kill_at` arms one kill -9."""

    def __init__(self, folder: Path, all: Receivers) -> None:
        self._port = free_port()
        self.url = f"http://127.0.0.1:{self._port}"
        self._folder, self._receivers = folder, all
        self._config = written(folder / "config", all.web.url, all.smtp_port)
        self._armed = ""
        self._lock = threading.Lock()
        self.killed = threading.Event()
        all.told = self.reached
        self.start()

    def start(self) -> None:
        secrets = {"BENCH_HOOK": f"{self._receivers.web.url}/hook", "BENCH_SLACK": SLACK_TOKEN, "BENCH_PAGER": PAGERDUTY_KEY,
                   "BENCH_USER": SERVICENOW_USER, "BENCH_PASSWORD": SERVICENOW_PASSWORD}  # fmt: skip
        command = [
            sys.executable,
            "-m",
            "benchmarks._alert_server",
            str(self._port),
            str(self._folder / "data"),
            str(self._config),
        ]
        log = (self._folder / "log").open("ab")
        self.process = subprocess.Popen(command, cwd=ROOT, env=os.environ | secrets, stdout=subprocess.PIPE, stderr=log)
        self.killed.clear()
        threading.Thread(target=self._listen, args=(self.process,), daemon=True).start()
        until = time.monotonic() + 120
        while time.monotonic() < until and self.process.poll() is None:
            with suppress(httpx.HTTPError):
                if httpx.get(f"{self.url}/readyz", timeout=2).status_code == 200:
                    return
            time.sleep(0.1)
        raise TimeoutError(f"the server did not start; see {self._folder / 'log'}")

    def _listen(self, process: subprocess.Popen[bytes]) -> None:
        for line in process.stdout or ():
            if line.strip() in (b"DECIDED", b"RECORDED"):
                moment = line.strip().decode().lower()
                if self._armed == moment:
                    time.sleep(random.uniform(0, 0.02))
                self.reached(moment)

    def reached(self, moment: str) -> None:
        with self._lock:
            if self._armed != moment:
                return
            self._armed = ""
            self.kill()

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.killed.set()

    def kill_at(self, moment: str) -> None:
        self._armed = moment

    def await_kill(self) -> bool:
        """Whether the moment came by itself."""
        found = self.killed.wait(random.uniform(0, 8) if self._armed == "anywhere" else _PATIENCE)
        with self._lock:
            self._armed = ""
            if not self.killed.is_set():
                self.kill()
        return found

    def send(self, body: bytes) -> None:
        """Until it is acknowledged, as a sender does."""
        while True:
            with suppress(httpx.HTTPError):
                if httpx.post(
                    f"{self.url}/v1/traces", content=body, headers={"Content-Type": "application/x-protobuf"}, timeout=10
                ).is_success:
                    return
            time.sleep(0.2)


def crashes(server: Server, all: Receivers, kills: int) -> dict[str, Any]:
    """Contracts fail and are repaired while the server is killed; then everything is repaired and awaited."""
    opened, moments = 0, dict.fromkeys(MOMENTS, 0)
    mended: set[int] = set()
    all.faulty = True
    for number in range(kills):
        moment = MOMENTS[number % len(MOMENTS)]
        repaired = _told(all, opened) - mended
        server.kill_at(moment)
        bodies = [refused(range(opened, opened + 2)), *([loaded(sorted(repaired))] if repaired else [])]
        sender = threading.Thread(target=lambda: [server.send(body) for body in bodies], daemon=True)  # noqa: B023
        sender.start()
        moments[moment] += server.await_kill()
        server.start()
        sender.join()
        mended |= repaired
        opened += 2
        print(f"kill {number + 1} ({moment}): {len(all.news)} messages so far", file=sys.stderr)  # noqa: T201
    _settled(all, {(c, f"K-{n}", False) for c in CHANNELS for n in range(opened)}, 600)
    server.send(loaded(range(opened)))
    expected = {(c, f"K-{n}", over) for c in CHANNELS for n in range(opened) for over in (False, True)}
    _settled(all, expected, 900)
    time.sleep(15)  # what comes too often would come now
    all.faulty = False
    return _judged(all, expected, kills) | {"kills": kills, "at_the_moment": moments}


def _told(all: Receivers, opened: int) -> set[int]:
    """Contracts whose opening came through every channel: mending one earlier might mean that it never opened."""
    found = set(all.by_message())
    return {n for n in range(opened) if all_in(found, n)}


def all_in(found: set[tuple[str, str, bool]], number: int) -> bool:
    """Whether the opening of contract K-number came through every channel."""
    return {(c, f"K-{number}", False) for c in CHANNELS} <= found


def _settled(all: Receivers, expected: set[tuple[str, str, bool]], seconds: float) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until and expected - set(all.by_message()):
        time.sleep(0.5)


def _judged(all: Receivers, expected: set[tuple[str, str, bool]], kills: int) -> dict[str, Any]:
    found = all.by_message()
    channels: dict[str, dict[str, int]] = {c: {"delivered": 0, "lost": 0, "doubled": 0, "repeats": 0} for c in CHANNELS}
    for message in expected:
        here = channels[message[0]]
        here["delivered" if message in found else "lost"] += 1
    for (medium, contract, _), arrivals in found.items():
        if not contract.startswith("K-"):
            continue
        for extra in arrivals[1:]:
            proper = extra.key == arrivals[0].key and (extra.marked or medium not in MARKED) and medium not in LOOKED_UP
            channels[medium]["repeats" if proper else "doubled"] += 1
    for here in channels.values():
        over = max(0, here["repeats"] - kills)
        here["doubled"], here["repeats"] = here["doubled"] + over, here["repeats"] - over
    total = {name: sum(here[name] for here in channels.values()) for name in ("delivered", "lost", "doubled", "repeats")}
    resolves_lost = sum(1 for message in expected if message[2] and message not in found)
    return total | {"resolves_lost": resolves_lost, "channels": channels}


def latency(server: Server, all: Receivers, breaches: int) -> dict[str, Any]:
    """Breaches of critical severity, one after the other, caused by the bytes that say when a contract was executed."""
    sent: dict[str, float] = {}
    for n in range(breaches):
        sent[f"B-{n}"] = time.time()
        server.send(executed(n))
        time.sleep(random.uniform(1, 4))
    _settled(all, {(c, contract, False) for c in CHANNELS for contract in sent}, 60)
    found = all.by_message()
    waits = [
        found[c, contract, False][0].at - at for contract, at in sent.items() for c in CHANNELS if (c, contract, False) in found
    ]
    missing = breaches * len(CHANNELS) - len(waits)
    return {
        "messages": len(waits),
        "missing": missing,
        "p50": percentile(waits, 50),
        "p95": percentile(waits, 95),
        "max": max(waits, default=None),
    }


def recorded(folder: Path) -> dict[str, int]:
    """Decisions that owe messages, and the messages, as the record has them: read by a process of its own after the last kill."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks._alert_record", str(folder / "data")], cwd=ROOT, capture_output=True, check=True
    )
    answer: dict[str, int] = json.loads(done.stdout)
    return answer


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--breaches", type=int, default=20)
    parser.add_argument("--storm", type=int, default=10_000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, receivers() as all:
        folder = Path(name)
        server = Server(folder, all)
        try:
            judged = crashes(server, all, options.kills)
            waited = latency(server, all, options.breaches) if options.breaches else {}
        finally:
            server.kill()
        document = recorded(folder) | judged | {"latency": waited}
    if options.storm:
        document["storm"] = storm(options.storm)
    print(json.dumps(document) if options.json else json.dumps(document, indent=2))  # noqa: T201
    if document["lost"] or document["doubled"] or (waited and (waited["missing"] or waited["p95"] > 15)):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
