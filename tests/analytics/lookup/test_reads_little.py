"""What a look-up reads is bounded: rows read stay the same when there is ten times as much beside them."""

from __future__ import annotations

import re

import pytest

from analytics.context import Context
from analytics.lookup import carried, expansion, reading
from store.query import Query

_EVERY = {"all_facilities": 1, "facilities": []}
_PLACE = {"before": 2**63 - 1, "before_identity": "", "limit": 201}
_TRACE = "SELECT lower(hex(sipHash128(toUInt64(7))))"
_BUCKETS = Query(
    "test/buckets",
    "SELECT bucket FROM trace_buckets WHERE trace_id IN (SELECT toFixedString(unhex(arrayJoin({traces:Array(String)})), 16))",
)
_FILL = (
    "INSERT INTO spans (bucket, trace_id, span_id, start, end, name, status, status_message, interface_id, correlation_id, purchase_order_id, flow, milestone, received) "
    "SELECT toStartOfFiveMinutes(toDateTime(start, 'UTC')), sipHash128(number), reinterpret(sipHash64(number), 'FixedString(8)'), "
    "toDateTime64('2026-11-01 00:00:00', 9, 'UTC') + toIntervalSecond(number) AS start, start, 'call', if(number % 5, 1, 2), 'm', 'x', "
    "concat('C-', toString(number)), concat('PO-', toString(number)), 'purchase_order', 'created', start FROM numbers({first}, {count})"
)


def granules(context: Context, query: Query, **given: object) -> dict[str, int]:
    """Table → granules the engine would read of it."""
    rows = context.store.records(Query(query.name, f"EXPLAIN indexes = 1 {query.text}"), **given)
    found: dict[str, int] = {}
    table = ""
    for row in rows:
        line = str(next(iter(row.values())))
        if named := re.search(r"ReadFromMergeTree \([^.]*\.([a-z_]+)\)", line):
            table = named[1]
            found.setdefault(table, 0)
            last = 0
        elif counted := re.search(r"Granules: (\d+)/(\d+)", line):
            found[table] = found[table] - last + int(counted[1])
            last = int(counted[1])
    return found


@pytest.fixture
def grown(context: Context) -> Context:
    """A hundred thousand spans of as many traces, merged: a dozen granules of spans, a hundred of keys."""
    context.store.command(_FILL.format(first=0, count=100_000))
    for table in ("spans", "business_keys", "trace_buckets", "milestones", "failures"):
        context.store.command(f"OPTIMIZE TABLE {table} FINAL")
    return context


def test_look_ups_read_a_granule_or_two_of_each_table(grown: Context) -> None:
    [trace] = [str(v) for row in grown.store.records(Query("test/trace", _TRACE)) for v in row.values()]
    keys = granules(grown, expansion._FOUND, values=["C-7"])
    assert keys == {"business_keys": pytest.approx(1, abs=1)}
    spans = granules(grown, reading._SPANS, traces=[trace], **_PLACE, **_EVERY)
    assert spans["spans"] <= 2
    assert granules(grown, _BUCKETS, traces=[trace]) == {"trace_buckets": 1}
    milestones = granules(
        grown,
        reading._MILESTONES,
        generation=1, flows=["purchase_order"], values=["PO-7"], keys=["purchase_order||PO-7"], wide_keys=[], correlations=["C-7"], story_facilities=[],
        story_items=[], **_PLACE, **_EVERY,
    )  # fmt: skip
    assert milestones["milestones"] <= 2
    failures = granules(
        grown,
        reading._FAILURES,
        values=["C-7", "PO-7", trace.upper()], correlations=["C-7"], traces=[trace.upper()], contracts=[], orders=["PO-7"], invoices=[],
        searched="C-7", **_PLACE, **_EVERY,
    )  # fmt: skip
    assert failures["failures"] <= 1
    carried_by = granules(grown, carried._KEYS, traces=[trace], others=["scms_line.id"], **_EVERY)
    assert carried_by["spans"] <= 2
