"""How long each question of each page takes over the periods a reader can choose.

    supplyscope bench rollups [--json]
    python benchmarks/rollups.py [--spans 50000000] [--rounds 7] [--keep FOLDER]

The pages themselves are run without a browser, and every question they ask is timed at the call, with nothing remembered from
round to round. The history is that of the drill-down benchmark; the server's incremental jobs have caught up with it before.
p95_ms is the slowest question's; `slow` lists those above the limit.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

from _history import filled, percentile, said
from streamlit.testing.v1 import AppTest

from analytics import activity, dependencies, failures, flows, masters, queues, sla
from analytics.context import Context
from dashboards import source
from dashboards.components import questions

_PAGES = ("leadership", "procurement", "finance", "it_operations", "exceptions")
_PERIODS = ("24h", "7d", "30d")
_LIMIT_MS = 250
_MOST_TURNS = 2000
Took = dict[tuple[str, str, str], list[float]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--spans", type=int, default=50_000_000)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--keep", type=Path, help="folder for the history, used again next time; else it is deleted")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = (options.keep or Path(temporary)) / "whole"
        folder.mkdir(parents=True, exist_ok=True)
        context = filled(folder, options.spans)
        try:
            jobs = caught_up(context)
            took = asked(context, options.rounds)
        finally:
            context.store.close()
    rows = [
        {
            "page": page,
            "period": period,
            "question": question,
            "p50_ms": round(percentile(ms, 0.5), 1),
            "p95_ms": round(percentile(ms, 0.95), 1),
        }
        for (page, period, question), ms in took.items()
    ]
    rows.sort(key=lambda row: -float(row["p95_ms"]))
    found: dict[str, Any] = {
        "spans": options.spans,
        "p95_ms": max((row["p95_ms"] for row in rows), default=None),
        "slow": [f"{row['page']} {row['period']} {row['question']}" for row in rows if float(row["p95_ms"]) > _LIMIT_MS],
        "jobs_s": jobs,
        "questions": rows,
    }
    for row in rows:
        said(f"{row['p95_ms']:>8} ms  {row['page']:14} {row['period']:4} {row['question']}")
    plain = "\n".join(f"{name}: {found[name]}" for name in ("spans", "p95_ms", "slow", "jobs_s"))
    print(json.dumps(found) if options.json else plain)  # noqa: T201


def caught_up(context: Context) -> dict[str, float]:
    """Seconds each incremental job of the server took until it had read the whole history."""
    jobs: dict[str, Callable[[], object]] = {
        "flows": lambda: flows.catch_up(context),
        "traffic per hour": lambda: activity.roll(context),
        "dependencies": lambda: dependencies.catch_up(context),
        "queue hours": lambda: queues.catch_up(context),
        "service levels": lambda: (sla.measure(context), sla.record_breaches(context)),
        "masters": lambda: masters.collect_masters(context),
        "templates": lambda: failures.template_unknown(context),
    }
    took = {}
    for name, job in jobs.items():
        began = time.monotonic()
        for _ in range(_MOST_TURNS):
            if not isinstance(again := job(), int) or not again:
                break
        took[name] = round(time.monotonic() - began, 1)
        said(f"{name} caught up in {took[name]} s")
    return took


def asked(context: Context, rounds: int) -> Took:
    """Milliseconds of every question, by page, period and question; the first round is not counted."""
    took: Took = defaultdict(list)
    here = ["", ""]

    def timed(key: tuple[Any, ...], call: Callable[[Context], Any]) -> Any:
        began = time.perf_counter()
        rows = call(source.context().narrowed(key[1]))
        given = " ".join(str(part) for part in key[3:])
        took[(here[0], here[1], f"{key[0].removeprefix('analytics.').replace('.questions', '')} {given}")].append(
            (time.perf_counter() - began) * 1000
        )
        return questions._Answer(rows, context.now)

    questions._shared = timed  # type: ignore[assignment]
    source.set_provider(lambda: context)
    for number in range(rounds + 1):
        for page in _PAGES:
            for period in _PERIODS:
                here[:] = [page, period]
                _run(page, period)
        if number == 0:
            took.clear()
        said(f"round {number} of {rounds}")
    return took


def _run(page: str, period: str) -> None:
    app = AppTest.from_function(_routed, kwargs={"page": page}, default_timeout=600)
    app.query_params["period"] = period
    app.run()
    if app.exception:
        raise SystemExit(f"page {page} failed: {app.exception[0].value}")


def _routed(page: str) -> None:
    import importlib

    import streamlit as st

    from dashboards import navigation

    opened = importlib.import_module(f"dashboards.views.{page}").page
    st.navigation([st.Page(opened, title=page, url_path="opened", default=True), navigation.investigate()]).run()


if __name__ == "__main__":
    main()
