"""Pages of a story: newest first, each row once, totals exact, and no more read than a page needs."""

from __future__ import annotations

import ast
import itertools
import os
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from analytics import lookup
from analytics.context import Context
from analytics.lookup.cursor import START, Block, Cursor, Place, read
from analytics.lookup.rows import Story
from tests.support.telemetry import Telemetry

NOW = datetime(2026, 11, 19, 15, 0, tzinfo=UTC)


def ago(hours: float) -> datetime:
    return NOW - timedelta(hours=hours)


def pages(context: Context, searched: str, limit: int) -> list[Story]:
    told = [lookup.story(context, searched, span_limit=limit)]
    while told[-1].cursor is not None:
        assert len(told) < 400
        told.append(lookup.story(context, searched, cursor=told[-1].cursor, span_limit=limit))
    return told


def bulk_spans(context: Context, traces: int, per_trace: int, **columns: str) -> None:
    """Many spans through the views, by the engine itself: trace n starts n minutes before now."""
    names = "".join(f", {name}" for name in columns)
    values = "".join(f", '{value}'" for value in columns.values())
    context.store.command(
        f"INSERT INTO spans (bucket, trace_id, span_id, start, end, name, status, interface_id, received{names}) SELECT "
        "toStartOfFiveMinutes(toDateTime(start, 'UTC')), sipHash128(intDiv(number, {p})), reinterpret(sipHash64(number), 'FixedString(8)'), "
        "toDateTime64('2026-11-19 15:00:00', 9, 'UTC') - toIntervalSecond(60 * intDiv(number, {p})) + toIntervalMillisecond(number % {p}) AS start, "
        "start, 'call', 1, 'x', start{v} FROM numbers({n})".replace("{p}", str(per_trace))
        .replace("{n}", str(traces * per_trace))
        .replace("{v}", values)
    )


def test_every_row_comes_once_newest_first_and_totals_are_of_the_whole(context: Context, telemetry: Telemetry) -> None:
    for n in range(7):
        telemetry.span(f"s{n}", ago(n), interface_id="x", correlation_id="C-1", purchase_order_id="PO-1")
        telemetry.milestone("purchase_order", "PO-1", "created", ago(n + 0.5), correlation_id="C-1")
    told = pages(context, "PO-1", 4)
    times = [sorted([*(s.start for s in p.spans), *(e.time for e in p.events)]) for p in told]
    assert [len(t) for t in times] == [4, 4, 4, 2]
    assert all(later[0] > earlier[-1] for later, earlier in itertools.pairwise(times))
    assert sorted(t for page in times for t in page) == sorted([*(ago(n) for n in range(7)), *(ago(n + 0.5) for n in range(7))])
    assert {(p.totals.spans, p.totals.milestones, p.totals.traces) for p in told} == {(7, 7, 7)}
    assert [p.truncated for p in told] == [True, True, True, False]
    assert [bool(p.finding) for p in told] == [True, False, False, False]


def test_a_long_trace_with_the_key_on_its_root_alone_is_told_whole(context: Context, telemetry: Telemetry) -> None:
    trace = os.urandom(16)
    telemetry.span("root", ago(48), 48 * 3600, interface_id="x", correlation_id="C-1", trace_id=trace)
    context.store.command(
        "INSERT INTO spans (bucket, trace_id, span_id, start, end, name, interface_id, received) SELECT "
        f"toStartOfFiveMinutes(toDateTime(start, 'UTC')), unhex('{trace.hex()}'), reinterpret(sipHash64(number), 'FixedString(8)'), "
        "toDateTime64('2026-11-17 15:06:00', 9, 'UTC') + toIntervalMinute(30 * number) AS start, start, 'child', 'x', start FROM numbers(96)"
    )
    story = lookup.story(context, "C-1")
    assert (len(story.spans), story.span_total, story.totals.traces, story.cursor) == (97, 97, 1, None)


def test_a_key_of_many_traces_is_read_in_blocks_and_reached_to_its_end(context: Context, telemetry: Telemetry) -> None:
    bulk_spans(context, 450, 2, contract_id="MS-1")
    for n in range(3):
        telemetry.milestone("contract_activation", "MS-1", "executed", ago(2 + n), facility_id="H01", item_id=f"40-{n}")
    told = pages(context, "MS-1", 200)
    spans = [(s.trace_id, s.span_id) for p in told for s in p.spans]
    assert len(spans) == len(set(spans)) == 900
    assert sum(len(p.events) for p in told) == 3
    assert {(p.totals.traces, p.totals.spans, p.totals.milestones) for p in told} == {(450, None, 3)}
    # A block ends inside a five-minute bucket, whose traces lie by id.
    buckets = [int(s.start.timestamp()) // 300 for p in told for s in reversed(p.spans)]
    assert buckets == sorted(buckets, reverse=True)
    assert told[-1].cursor is None


def test_a_trace_of_a_busy_key_does_not_drag_its_other_traces_in(context: Context) -> None:
    bulk_spans(context, 60, 1, contract_id="MS-1", supplier_id="S1")
    newest = lookup.story(context, "MS-1").spans[-1].trace_id
    story = lookup.story(context, newest)
    assert (story.totals.traces, len(story.spans)) == (1, 1)


def test_spans_sent_twice_are_one(context: Context) -> None:
    for _ in range(2):
        bulk_spans(context, 3, 2, correlation_id="C-1")
    story = lookup.story(context, "C-1")
    assert (len(story.spans), story.span_total) == (6, 6)


def test_what_a_key_says_of_a_span_is_what_the_key_table_has(context: Context, telemetry: Telemetry) -> None:
    """Expansion reads columns; the key table is filled by a view. Names must be the same, authority included."""
    telemetry.span(
        "i", ago(1), interface_id="x", correlation_id="C-1", invoice_id="INV-1", supplier_id="S1", purchase_order_id="PO-1"
    )
    keys = {(k.key_type, k.authority, k.value) for k in lookup.story(context, "C-1").keys}
    rows = context.store.command("SELECT groupArray((toString(key_type), authority, key)) FROM business_keys")
    assert keys == {tuple(r) for r in _tuples(rows)}


def _tuples(text: Any) -> list[tuple[str, ...]]:
    return [tuple(t) for t in ast.literal_eval(text if isinstance(text, str) else text[0])]


@pytest.mark.parametrize(
    "text",
    [
        "x",
        "e30",
        "!!!",
        "bnVsbA",
        "W10",
        "ä",
        START.written()[:-3],
        Cursor(Block(-1)).written(),
        Cursor(Block(1, "zz")).written(),
    ],
)
def test_a_cursor_that_no_page_gave_is_refused(text: str) -> None:
    with pytest.raises(lookup.CursorError, match="was not given by a page"):
        read(text)


def test_a_cursor_is_read_as_written() -> None:
    cursor = Cursor(Block(7, "0f" * 16), Place(-5, "a"), Place(9, "b|ü"))
    assert read(cursor.written()) == cursor
    assert read(None) == read("") == START
