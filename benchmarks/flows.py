"""Instances of a flow computed from their milestones: all of them, and after new ones; vectorised pandas computes the same beside.

--instances of seven steps each, made inside the engine: one in fifty repeats a step, one in fifty skips one, one in fifty reaches two in
the wrong order, one in twenty is still open. Asserted equal: durations of every instance in wall and business time, quantiles of the
stages, variants, and seconds by party. The peer starts from a frame in memory; its loading is not counted. Ours starts from the
table of milestones on disk and ends with stored instances and the answers.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analytics import flows
from analytics.context import Context
from analytics.flows.plan import definition
from analytics.sla import calendars
from benchmarks._flows_in_pandas import Outputs, PartyTotals, compute
from domain.configuration import Configuration
from domain.interval import Interval
from store.engine import Location
from store.generations import active_number
from store.migrate import migrate
from store.query import Query
from store.store import Store

_STEPS = ["created", "posted", "acknowledged", "shipped", "received", "matched", "paid"]
_PARTIES = ["us", "us", "supplier", "supplier", "facility", "gpo", "us"]
_CONFIGURATION = Configuration.model_validate(
    {
        "key_types": [{"id": "purchase_order", "attribute": "purchase_order.id"}],
        "calendars": [
            {
                "id": "business",
                "time_zone": "America/Chicago",
                "holidays": "US",
                "weekly": {day: [{"start": "08:00", "end": "17:00"}] for day in ("mon", "tue", "wed", "thu", "fri")},
            }
        ],
        "flows": [
            {
                "id": "orders", "name": "Orders", "key": "purchase_order", "completes_at": "paid", "calendar": "business",
                "milestones": [{"id": s, "name": s, "party": p} for s, p in zip(_STEPS, _PARTIES, strict=True)],
            }
        ],
    }
)  # fmt: skip
_MADE = Query(
    "bench/milestones",
    """
INSERT INTO milestones (flow, key, facility_id, milestone, outcome, time, source, source_id, supplier_id, received, generation)
WITH cityHash64(instance) AS dice
SELECT 'orders', concat('PO-', leftPad(toString(instance), 8, '0')), concat('H', toString(instance % 12)), {steps:Array(String)}[step], 'reached',
    fromUnixTimestamp64Micro({origin:Int64} + toInt64(instance) * 20000000 + toInt64(place) * 86400000000
        + toInt64(cityHash64(instance, place) % 86400000000), 'UTC'),
    'span', toString(instance * 8 + place), concat('S', toString(dice % 200)), {received:DateTime64(3,'UTC')}, {generation:UInt32}
FROM
(
    SELECT
        intDiv(number, 8) AS instance,
        number % 8 AS place,
        cityHash64(instance) AS dice,
        multiIf(place = 7, 3, dice % 50 = 1 AND place = 2, 4, dice % 50 = 1 AND place = 3, 3, place + 1) AS step
    FROM numbers({first:UInt64} * 8, {count:UInt64} * 8)
    WHERE (place < 7 OR dice % 50 = 2) AND NOT (dice % 50 = 3 AND place = 4) AND NOT (dice % 20 = 4 AND place >= 1 + dice % 5)
)
""",
)
_NEW = Query(
    "bench/new",
    """
INSERT INTO milestones (flow, key, facility_id, milestone, outcome, time, source, source_id, received, generation)
SELECT 'orders', concat('PO-', leftPad(toString(cityHash64(number) % {instances:UInt64}), 8, '0')), 'H1', 'matched', 'reached',
    {received:DateTime64(3,'UTC')}, 'span', concat('new', toString(number)), {received:DateTime64(3,'UTC')}, {generation:UInt32}
FROM numbers(10000)
""",
)
_FRAME = Query(
    "bench/frame",
    "SELECT groupArray(m.key) AS key, groupArray(toString(m.milestone)) AS milestone, groupArray(toUnixTimestamp64Micro(m.time)) AS time"
    " FROM milestones AS m WHERE intDiv(toUInt64(substring(m.key, 4)), 100000) = {piece:UInt64}",
)
_DURATIONS = Query(
    "bench/durations",
    "SELECT arrayMap(one -> one.2, arraySort(groupArray((key, if(completed_at > 0, toInt64(arraySum({column})), -1)))))"
    " FROM flow_instances FINAL WHERE definition = {definition:String}",
)
_CALENDAR = Query(
    "bench/calendar",
    "SELECT toUnixTimestamp64Micro(opened) AS opened, toUnixTimestamp64Micro(closed) AS closed, open_before FROM calendar_openings FINAL ORDER BY opened",
)


def run(instances: int) -> dict[str, object]:
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Location(path=str(Path(folder) / "store")))
        try:
            migrate(store, _CONFIGURATION)
            return _measured(store, instances)
        finally:
            store.close()


def _measured(store: Store, instances: int) -> dict[str, object]:
    now = datetime.now(UTC).replace(microsecond=0)
    ends = int(now.timestamp() * 1e6)
    given = {"steps": _STEPS, "origin": ends - instances * 20_000_000 - 10 * 86_400_000_000, "generation": active_number(store)}
    for first in range(0, instances, 250_000):
        count = min(250_000, instances - first)
        store.run(_MADE, first=first, count=count, received=now - timedelta(hours=1), **given)
    context = Context(store, _CONFIGURATION, clock=lambda: now)
    interval = Interval(now - timedelta(days=3650), now)
    calendars.ensure_filled(context)
    began, cpu = time.perf_counter(), time.process_time()
    pieces = flows.catch_up(context)
    computed = time.perf_counter() - began
    answers = _answers(context, interval)
    full, full_cpu = time.perf_counter() - began, time.process_time() - cpu
    frame = _frame(store, instances)
    calendar = store.records(_CALENDAR)
    arrays = [np.array([row[name] for row in calendar], dtype=np.int64) for name in ("opened", "closed", "open_before")]
    began, cpu = time.perf_counter(), time.process_time()
    peer = compute(frame, _STEPS, _PARTIES, *arrays, ends)
    pandas, pandas_cpu = time.perf_counter() - began, time.process_time() - cpu
    _assert_equal(context, peer, answers)
    milestones, frame = len(frame), pd.DataFrame()
    store.run(_NEW, instances=instances, received=now, generation=given["generation"])
    began, cpu = time.perf_counter(), time.process_time()
    flows.catch_up(context)
    incremental, incremental_cpu = time.perf_counter() - began, time.process_time() - cpu
    figures = {
        "full_s": full, "incremental_s": incremental, "pandas_s": pandas, "ratio": pandas / full, "computed_s": computed,
        "full_cpu_s": full_cpu, "incremental_cpu_s": incremental_cpu, "pandas_cpu_s": pandas_cpu,
    }  # fmt: skip
    shape = {"instances": instances, "milestones": milestones, "pieces": pieces, "variants": len(peer.variants)}
    return {name: round(value, 3) for name, value in figures.items()} | shape


def _answers(context: Context, interval: Interval) -> tuple[Any, Any, Any]:
    return (
        flows.stages(context, interval, "orders"),
        flows.variants(context, interval, "orders", limit=10_000),
        flows.attribution(context, interval, "orders"),
    )


def _frame(store: Store, instances: int) -> pd.DataFrame:
    """What a script would have loaded, in the order of time: text keys, categorical steps, microseconds."""
    pieces = []
    for piece in range((instances - 1) // 100_000 + 1):
        columns = store.records(_FRAME, piece=piece)[0]
        columns["milestone"] = pd.Categorical(columns["milestone"], categories=_STEPS)
        pieces.append(pd.DataFrame(columns))
    frame = pd.concat(pieces, ignore_index=True)
    return frame.sort_values("time", ignore_index=True)


def _assert_equal(context: Context, peer: Outputs, answers: tuple[Any, Any, Any]) -> None:
    stages, variants, parties = answers
    current = definition(context, context.configuration.flows[0])
    for column, theirs in (("stage_us", peer.wall), ("stage_open_us", peer.business)):
        query = Query("bench/durations", _DURATIONS.text.replace("{column}", column))
        ours = np.array(context.store.value(query, definition=current), dtype=np.int64)
        _same(f"durations by {column}", bool((ours == theirs).all()) and len(ours) == len(theirs), True)
    of_stages = {_STEPS.index(s.to_milestone) + 1: (s.instances, (s.median_seconds, s.p90_seconds)) for s in stages}
    _close("stages", of_stages, peer.stages)
    ways = {tuple(_STEPS.index(m) + 1 for m in v.milestones): (v.instances, (v.median_seconds, v.p90_seconds)) for v in variants}
    _close("variants", ways, peer.variants)
    of_parties = {
        p.party: PartyTotals(
            p.seconds, p.business_seconds, (p.median_seconds, p.p90_seconds), p.open_seconds, p.open_business_seconds
        )
        for p in parties
    }
    _close("parties", {k: _flat(v) for k, v in of_parties.items()}, {k: _flat(v) for k, v in peer.parties.items()})
    _same("instances", {(p.instances, p.open_instances) for p in parties}, {(peer.completed, peer.open)})


def _flat(value: Any) -> list[float]:
    """The numbers of a row, however nested."""
    if isinstance(value, PartyTotals):
        value = (value.seconds, value.business, value.quantiles, value.open_seconds, value.open_business)
    return [n for one in value for n in _flat(one)] if isinstance(value, tuple | list) else [value]


def _close(what: str, ours: dict[Any, Any], theirs: dict[Any, Any]) -> None:
    """Sums of a million fractions differ in the last digits by the order they are added in."""
    _same(f"names of {what}", set(ours), set(theirs))
    for name, value in ours.items():
        if not np.allclose(_flat(value), _flat(theirs[name]), rtol=1e-9):
            _same(f"{what}: {name}", value, theirs[name])


def _same(what: str, ours: object, theirs: object) -> None:
    if ours != theirs:
        raise SystemExit(f"bench flows: {what} differ from pandas': {str(ours)[:500]} against {str(theirs)[:500]}")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--instances", type=int, default=int(os.environ.get("SUPPLYSCOPE_BENCH_INSTANCES", "1000000")))
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    figures = run(options.instances)
    if options.json:
        json.dump(figures, sys.stdout)
        print()  # noqa: T201
        return
    for name, value in figures.items():
        print(f"{name:20} {value}")  # noqa: T201


if __name__ == "__main__":
    main()
