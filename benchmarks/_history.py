"""A history of any size, made by the engine itself through the views that telemetry goes through."""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from analytics.context import Context
from domain.loader import load
from store.engine import Location
from store.migrate import migrate
from store.query import Query
from store.store import Store

EXAMPLE = Path(__file__).resolve().parents[1] / "examples" / "hospital_network"
END = datetime(2026, 11, 19, tzinfo=UTC)
NOW = END + timedelta(minutes=1)
SPANS_PER_ORDER = 15
_FILL = Query.beside(__file__, "_history.sql")
_ROWS_AT_A_TIME = 450_000
_PARTS = Query(
    "bench/parts",
    "SELECT table, sum(p.rows) AS rows, sum(bytes_on_disk) AS bytes, count() AS parts FROM system.parts AS p "
    "WHERE active AND database = currentDatabase() AND p.rows > 0 GROUP BY table ORDER BY rows DESC LIMIT 12",
)
_MERGES = Query("bench/merges", "SELECT count() FROM system.merges")
_QUIET_WITHIN = 600


def filled(folder: Path, spans: int) -> Context:
    """A store in `folder` that holds `spans` spans and what the views make of them; what is there already is gone on with."""
    store = Store(Location(path=str(folder / "clickhouse")))
    configuration = load(EXAMPLE)
    migrate(store, configuration)
    orders = orders_of(spans)
    total = orders * SPANS_PER_ORDER
    began = time.monotonic()
    there = int(store.value(Query("bench/there", "SELECT count() FROM spans")) or 0)
    for first in range(there, total, _ROWS_AT_A_TIME):
        store.run(_FILL, first=first, rows=min(_ROWS_AT_A_TIME, total - first), orders=orders, end=END)
        if first % (_ROWS_AT_A_TIME * 10) == 0:
            said(f"{first + _ROWS_AT_A_TIME:,} of {total:,} spans in {time.monotonic() - began:.0f} s")
    _settle(store)
    for row in store.records(_PARTS):
        said(f"{row['table']:24} {row['rows']:>12,} rows {row['bytes'] / 1e6:>10,.1f} MB {row['parts']:>4} parts")
    return Context(store, configuration, clock=lambda: NOW)


def orders_of(spans: int) -> int:
    return max(1, spans // SPANS_PER_ORDER)


def said(line: str) -> None:
    print(line, file=sys.stderr, flush=True)  # noqa: T201


def percentile(values: list[float], share: float) -> float:
    """The smallest value that `share` of them do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -(-int(share * 1000) * len(ordered) // 1000) - 1))]


def _settle(store: Store) -> None:
    """Until merges of what was just inserted have ended: a server at rest has none."""
    until = time.monotonic() + _QUIET_WITHIN
    quiet = 0
    while quiet < 3 and time.monotonic() < until:
        quiet = 0 if store.value(_MERGES) else quiet + 1
        time.sleep(1)
