"""Reading a story's spans and events once it is known what belongs to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from analytics import words
from analytics.context import Context
from analytics.lookup.expansion import Reach
from analytics.lookup.rows import StoryEvent, StorySpan
from store.query import Query

_SPANS = Query.beside(__file__, "spans.sql")
_MILESTONES = Query.beside(__file__, "milestones.sql")
_FAILURES = Query.beside(__file__, "failures.sql")
_RUNS = Query.beside(__file__, "batch_runs.sql")
_REJECTS = Query.beside(__file__, "batch_rejects.sql")
_DOCUMENTS = Query.beside(__file__, "documents.sql")
_MOST_EVENTS = 500

Row = dict[str, Any]


def spans(context: Context, reached: Reach, limit: int) -> tuple[tuple[StorySpan, ...], int, frozenset[str]]:
    """The newest `limit` spans in time order, how many there are in all, and the items they name."""
    if not reached.traces:
        return (), 0, frozenset()
    rows = context.store.records(_SPANS, traces=list(reached.traces), limit=limit, **context.scope.parameters())
    rows.sort(key=lambda row: (row["start"], row["span_id"]))
    return tuple(_span(row, rows[0]) for row in rows), rows[0]["total"] if rows else 0, frozenset(r["item_id"] for r in rows)


def _span(row: Row, first: Row) -> StorySpan:
    values = {name: value for name, value in row.items() if name not in {"total", "item_id"}}
    values["attributes"] = dict(row["attributes"])
    values["failed"] = bool(row["failed"])
    return StorySpan(**values, offset_seconds=(row["start"] - first["start"]).total_seconds())


def events(
    context: Context, searched: str, reached: Reach, facilities: frozenset[str], items: frozenset[str]
) -> tuple[StoryEvent, ...]:
    """Milestones, failures, batch runs, rejected lines and X12 documents of the story, in time order; the newest of each when there are many."""
    flows = context.configuration.flows
    followed = [(f.id, n) for f in flows for n in reached.depths if n[0] == f.key]
    shared: Row = {"correlations": [*reached.values("correlation"), searched], "limit": _MOST_EVENTS}
    milestones = {
        "keys": [_written(flow, name) for flow, name in followed if name not in reached.wide],
        "wide_keys": [_written(flow, name) for flow, name in followed if name in reached.wide],
        "story_facilities": sorted(facilities),
        "story_items": sorted(items),
    }
    objects: Row = {
        "contracts": reached.values("contract"),
        "orders": reached.values("purchase_order"),
        "invoices": reached.values("invoice"),
        "searched": searched,
    }
    asked: list[tuple[Query, Row, Callable[[Context, Row], StoryEvent]]] = [
        (_MILESTONES, milestones, _milestone),
        (_FAILURES, {**objects, "traces": list(reached.traces)}, _failure),
        (_RUNS, {"searched": searched}, _run),
        (_REJECTS, objects, _reject),
        (_DOCUMENTS, {"searched": searched, "keys": _followed(reached)}, _document),
    ]
    told = [
        tell(context, row)
        for query, given, tell in asked
        for row in context.store.records(query, **shared, **given, **context.scope.parameters())
    ]
    return tuple(sorted(told, key=lambda event: (event.time, event.kind, event.what)))


def _written(flow: str, name: tuple[str, str, str]) -> str:
    return f"{flow}|{name[1]}|{name[2]}"


def _followed(reached: Reach) -> list[str]:
    return ["|".join(name) for name in reached.depths if name not in reached.wide]


def _milestone(context: Context, row: Row) -> StoryEvent:
    flow = context.configuration.flow(row["flow"])
    step = next((m for m in flow.milestones if m.id == row["milestone"]), None) if flow else None
    name = step.name if step else row["milestone"]
    item = f", item {row['item_id']}" if row["item_id"] else ""
    what = f"{name} ({words.spoken(flow.key) if flow else row['flow']} {row['key']}{item})"
    where = row["interface_id"] or row["source"]
    turn = step.party.value if step else ""
    return StoryEvent(row["time"], "milestone", where, what, row["outcome"], row["facility_id"], turn, row["correlation_id"])


def _failure(context: Context, row: Row) -> StoryEvent:
    configured = context.configuration.failure_class(row["failure_class"])
    where = row["interface_id"] or row["job"]
    owner = configured.owner if configured else ""
    return StoryEvent(row["time"], "failure", where, row["message"], "failed", row["facility_id"], owner, row["correlation_id"])


def _document(_: Context, row: Row) -> StoryEvent:
    return StoryEvent(
        row["time"], row["kind"], row["where"], row["what"], row["outcome"], row["facility_id"], "", row["correlation_id"]
    )


def _run(_: Context, row: Row) -> StoryEvent:
    counts = (
        f", {row['records_rejected']:,} of {row['records_read']:,} rejected"
        if row["records_read"] and row["records_rejected"]
        else ""
    )
    file = f" of {row['file_name']}" if row["file_name"] else ""
    message = f": {row['message']}" if row["message"] else ""
    what = f"Run {row['run_id']}{file}{counts}{message}"
    return StoryEvent(row["time"], "batch_run", row["job"], what, row["status"], row["facility_id"], "", row["correlation_id"])


def _reject(_: Context, row: Row) -> StoryEvent:
    what = f"Line {row['line']} of run {row['run_id']}: {row['message']}"
    return StoryEvent(row["time"], "batch_reject", row["job"], what, "failed", row["facility_id"], "", row["correlation_id"])
