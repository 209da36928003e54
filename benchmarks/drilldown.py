"""How long the first page of a key's complete story takes: spans, milestones, batch rows, failures and EDI documents, newest 200.

    supplyscope bench drilldown [--json]
    python benchmarks/drilldown.py [--spans 50000000] [--searches 40] [--keep FOLDER]

The history is made by the engine through the real views (benchmarks/_history.sql says of what), whole and at a tenth in the same
run. Correlation ids are drawn as the simulator shares them out: of an order, of its invoice, of a stock check; other keys by how
many traces they have. Each key is searched once, so that its own rows are not in a cache; the first few searches are not counted.
p95_ms is of correlation ids, any_key_p95_ms the worst class of keys, p95_ms_tenth of correlation ids at a tenth of the spans.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

from _history import filled, orders_of, percentile, said

from analytics import lookup
from analytics.context import Context

_WARM = 5
# Class → traces each of its keys has, and how its n-th key is written.
_CLASSES = {
    "correlation": (None, ""),
    "1_trace": (1, "IP-{order}"),
    "10_traces": (10, "PO-{order}"),
    "100_traces": (100, "40-{item}"),
    "10000_traces": (10_000, "MS-{contract}"),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--spans", type=int, default=50_000_000)
    parser.add_argument("--searches", type=int, default=40, help="keys of each class")
    parser.add_argument("--keep", type=Path, help="folder for the history, used again next time; else it is deleted")
    options = parser.parse_args()
    tenth = measured(options, options.spans // 10, "tenth")
    whole = measured(options, options.spans, "whole")
    found: dict[str, Any] = {
        "spans": options.spans,
        "p95_ms": whole["correlation"]["p95_ms"],
        "any_key_p95_ms": max(figures["p95_ms"] for figures in whole.values()),
        "p95_ms_tenth": tenth["correlation"]["p95_ms"],
        "growth": round(whole["correlation"]["p95_ms"] / tenth["correlation"]["p95_ms"], 2),
        "classes": whole,
        "classes_tenth": tenth,
    }
    print(json.dumps(found) if options.json else "\n".join(f"{name}: {value}" for name, value in found.items()))  # noqa: T201


def measured(options: argparse.Namespace, spans: int, name: str) -> dict[str, dict[str, float]]:
    with tempfile.TemporaryDirectory() as temporary:
        folder = (options.keep or Path(temporary)) / name
        folder.mkdir(parents=True, exist_ok=True)
        context = filled(folder, spans)
        try:
            return {kind: _class(context, kind, spans, options.searches) for kind in _CLASSES}
        finally:
            context.store.close()


def _class(context: Context, kind: str, spans: int, searches: int) -> dict[str, float]:
    traces, took, cpu = _CLASSES[kind][0], [], []
    keys = list(_keys(kind, orders_of(spans), searches + _WARM))
    for key in keys:
        began, used = time.perf_counter(), time.process_time()
        story = lookup.page(context, key)
        took.append((time.perf_counter() - began) * 1000)
        cpu.append((time.process_time() - used) * 1000)
        _check(story, key, traces, spans)
    figures = {
        "p50_ms": percentile(took[_WARM:], 0.5),
        "p95_ms": percentile(took[_WARM:], 0.95),
        "cpu_ms": percentile(cpu[_WARM:], 0.5),
    }
    rounded = {name: round(value, 1) for name, value in figures.items()}
    said(f"{spans:,} spans, {kind}: {rounded}")
    return rounded


def _keys(kind: str, orders: int, count: int) -> Iterator[str]:
    chosen = random.Random(f"{kind} {orders}")
    for _ in range(count):
        order = str(4_500_000_000 + chosen.randrange(orders))
        if kind == "correlation":
            # An order's own id, its invoice's and a stock check's: one of each per order.
            yield chosen.choice(("PR-", "INV-", "IP-")) + order
            continue
        item, contract = chosen.randrange(max(1, orders // 50)), chosen.randrange(max(1, orders // 10_000))
        yield _CLASSES[kind][1].format(order=order, item=item, contract=contract)


def _check(story: lookup.Story, key: str, traces: int | None, spans: int) -> None:
    """A fast page that is not the whole story would be no result."""
    rows = len(story.spans) + len(story.events)
    if not story.spans or rows > lookup.PAGE:
        raise SystemExit(f"{key}: {len(story.spans)} spans and {len(story.events)} events on a page of {lookup.PAGE}")
    # Orders are shared out evenly among contracts of some ten thousand; an order's story holds its ten traces, whichever id found it.
    expected = 1 if key.startswith("IP-") else 10
    if traces == 10_000:
        expected = orders_of(spans) // max(1, orders_of(spans) // traces)
    elif traces:
        expected = min(traces, orders_of(spans))
    if traces in (None, 1, 10, 10_000) and not expected <= story.totals.traces <= expected * 1.02:
        raise SystemExit(f"{key}: {story.totals.traces} traces, expected {expected}")
    if rows < lookup.PAGE and story.cursor is None and story.totals.spans != len(story.spans):
        raise SystemExit(f"{key}: {len(story.spans)} of {story.totals.spans} spans on the only page")


if __name__ == "__main__":
    main()
