"""What the simulator broke against what the questions found, over seeds that nothing was developed on.

Each seed is told through the public ports to a collector of its own, in words that no rule was written for
(simulator/wordings/unseen.json). Then every job runs once — a tick — and the ground truth, which nothing else reads, is compared:

found, missed, false: injected failures found in their class and interface at their time; those not; failures found that nobody injected.
leakage_truth, leakage_found: dollars paid above contract; lines_wrong: lines whose cost differs by a cent or more.
not_comparable_wrong: lines refused that should not be, or the other way round. false_breaches: recorded breaches of a success ratio on
an interface where nothing was broken (other kinds of promise are not judged: the truth does not tell when work was merely slow).
"""

from __future__ import annotations

import argparse
import json
import socket
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI
from rich.console import Console

from analytics import failures, flows, pricing, sla
from analytics.context import Context
from collector.collector import Collector
from collector.routes import router
from domain.configuration import Configuration
from domain.interval import Interval
from domain.loader import load
from simulator import backfill, wording
from simulator.emit import Sender
from simulator.state import State
from simulator.world import World
from store.engine import Location
from store.migrate import migrate
from store.query import Query
from store.store import Store

_ROOT = Path(__file__).resolve().parents[1]
_FOUND = Query("truth/found", Path(__file__).with_name("_truth_found.sql").read_text())
_SEEDS = (4021, 7753, 9108)
_MANY = 1_000_000


@contextmanager
def listening(store: Store, configuration: Configuration) -> Iterator[str]:
    """A collector on a free port."""
    collector = Collector(store, configuration)
    app = FastAPI()
    app.include_router(router(collector))
    collector.start()
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.005)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listener.close()
        collector.stop()


def told(
    store: Store, configuration: Configuration, seed: int, period: Interval, scale: float, folder: Path
) -> list[dict[str, Any]]:
    """Tell the seed's story of `period`; returns what was broken in it."""
    world = World(seed, period.start.date(), scale, wording.read(wording.UNSEEN))
    begin = State(seed, scale, period.start.date(), period.start)
    truth = folder / "truth.jsonl"
    with listening(store, configuration) as url:
        sender = Sender(url, url, None, threading.Event(), patience=600, timeout=120)
        try:
            backfill.tell(sender, world, begin, folder / "state.json", truth, lambda: period.end, Console(quiet=True))
        finally:
            sender.close()
    return [json.loads(line) for line in truth.read_text(encoding="utf-8").splitlines()]


def tick(context: Context) -> None:
    """Every job that finds something, once."""
    flows.catch_up(context)
    failures.report_error_logs(context)
    sla.measure(context)
    sla.record_breaches(context)
    failures.template_unknown(context)


def _micros(at: str) -> int:
    return round((datetime.fromisoformat(at) - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(microseconds=1))


def failures_compared(context: Context, truth: list[dict[str, Any]]) -> dict[str, Any]:
    """Injected failures by class, interface and millisecond against those found."""
    told = Counter((f["class"], f["interface"], _micros(f["at"]) // 1000) for f in truth if f["kind"] == "failure")
    rows = context.store.records(_FOUND)
    seen = Counter((row["failure_class"], row["interface_id"], row["at"] // 1000) for row in rows)
    # A time lies on the border of a millisecond now and then: one of the neighbours is it as well.
    missed = [key for key in (told - seen).elements() if not any(_take(seen, told, key, by) for by in (-1, 1))]
    found = told.total() - len(missed)
    others = Counter(f"{row['failure_class'] or 'unclassified'}" for row in rows)
    by_class = dict(Counter(key[0] for key in missed))
    return {
        "injected": told.total(), "found": found, "missed": len(missed), "false": len(rows) - found,
        "precision": round(found / len(rows), 6) if rows else None, "missed_by_class": by_class, "found_by_class": dict(others),
    }  # fmt: skip


def _take(seen: Counter[Any], told: Counter[Any], key: tuple[str, str, int], by: int) -> bool:
    beside = (key[0], key[1], key[2] + by)
    if seen[beside] <= told[beside]:
        return False
    seen[beside] -= 1
    return True


def leakage_compared(context: Context, truth: list[dict[str, Any]], period: Interval) -> dict[str, Any]:
    """Dollars above contract, line by line and to the cent; lines that cannot be compared."""
    costs = {
        (f["purchase_order"], f["line"]): cost for f in truth if f["kind"] == "overpayment" and (cost := _cost(f, period.end)) > 0
    }
    lines = {
        (row.purchase_order_id, row.line): row.overpaid.quantize(Decimal("0.01"))
        for row in pricing.lines(context, period, limit=_MANY)
    }
    refused = {(f["purchase_order"], f["line"]): f["reason"] for f in truth if f["kind"] == "not_comparable"}
    listed = {(row.purchase_order_id, row.line): row.reason for row in pricing.not_comparable(context, period, limit=_MANY)}
    wrong = [key for key in costs.keys() | lines.keys() if costs.get(key) != lines.get(key)]
    return {
        "leakage_truth": str(sum(costs.values(), Decimal(0))), "leakage_found": str(sum(lines.values(), Decimal(0))),
        "lines": len(costs), "lines_wrong": len(wrong), "wrong": [(*key, str(costs.get(key)), str(lines.get(key))) for key in sorted(wrong)[:5]],
        "by_scenario": dict(Counter(f["why"] for f in truth if f["kind"] == "overpayment")),
        "not_comparable": dict(Counter(refused.values())),
        "not_comparable_wrong": len([key for key in refused.keys() | listed.keys() if refused.get(key) != listed.get(key)]),
    }  # fmt: skip


def _cost(fact: dict[str, Any], until: datetime) -> Decimal:
    """What the line cost too much by what is known at `until`: a correction known by then counts."""
    known = fact["corrected_at"] is not None and fact["corrected_at"] + 1 < until.timestamp()
    return Decimal(str(fact["corrected_cost"] if known else fact["cost"]))


def breaches_compared(context: Context, truth: list[dict[str, Any]], period: Interval) -> dict[str, Any]:
    """Breaches of success ratios on interfaces where nothing was broken."""
    broken = {f["interface"] for f in truth if f["kind"] == "failure"}
    ratios = {each.id: each.interface for each in context.configuration.slas if each.kind == "ratio"}
    recorded = [b for b in sla.breaches(context, period) if b.sla_id in ratios]
    return {"breaches_judged": len(recorded), "false_breaches": sum(ratios[b.sla_id] not in broken for b in recorded)}


def run(seed: int, weeks: int, scale: float) -> dict[str, Any]:
    """One seed from the first message to the comparison."""
    configuration = load(_ROOT / "examples" / "hospital_network")
    end = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    period = Interval(end - timedelta(weeks=weeks), end)
    began, used = time.perf_counter(), time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Location(database=f"truth_{seed}"))
        migrate(store, configuration)
        truth = told(store, configuration, seed, period, scale, Path(folder))
        context = Context(store, configuration)
        tick(context)
        found = (
            failures_compared(context, truth)
            | leakage_compared(context, truth, period)
            | breaches_compared(context, truth, period)
        )
        store.command(f"DROP DATABASE truth_{seed}")
        store.close()
    spent = {"seconds": round(time.perf_counter() - began, 1), "cpu_seconds": round(time.process_time() - used, 1)}
    return {"seed": seed, "weeks": weeks, "scale": scale} | found | spent


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", default=",".join(map(str, _SEEDS)), help="comma-separated")
    parser.add_argument("--weeks", type=int, default=8)
    parser.add_argument("--scale", type=float, default=0.05)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    keep = Store(Location(database="keep"))  # The in-memory engine ends with its last database.
    seeds = [run(int(seed), options.weeks, options.scale) for seed in options.seeds.split(",")]
    keep.close()
    figures: dict[str, Any] = {name: sum(each[name] for each in seeds) for name in ("injected", "found", "missed", "false")}
    seen = figures["found"] + figures["false"]
    figures |= {
        "precision": round(figures["found"] / seen, 6) if seen else None, "lines_wrong": sum(each["lines_wrong"] for each in seeds),
        "not_comparable_wrong": sum(each["not_comparable_wrong"] for each in seeds),
        "false_breaches": sum(each["false_breaches"] for each in seeds), "seeds": seeds,
    }  # fmt: skip
    if options.json:
        json.dump(figures, sys.stdout)
        print()  # noqa: T201
        return
    for name, value in figures.items():
        print(f"{name:20} {json.dumps(value, indent=2) if name == 'seeds' else value}")  # noqa: T201


if __name__ == "__main__":
    main()
