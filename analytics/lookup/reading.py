"""Reading one page of a story once it is known what belongs to it: the newest rows before a cursor, and how many there are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from analytics.context import Context
from analytics.lookup import telling
from analytics.lookup.carried import Name
from analytics.lookup.cursor import Cursor, Place
from analytics.lookup.expansion import Reach
from analytics.lookup.rows import StoryEvent, StorySpan, StoryTotals
from analytics.lookup.together import together
from store.query import Query

_SPANS = Query.beside(__file__, "spans.sql")
_SPANS_WHOLE = Query.beside(__file__, "spans_whole.sql")
_MILESTONES = Query.beside(__file__, "milestones.sql")
_FAILURES = Query.beside(__file__, "failures.sql")
_RUNS_NAMED = Query.beside(__file__, "runs_named.sql")
_RUNS = Query.beside(__file__, "batch_runs.sql")
_REJECTS = Query.beside(__file__, "batch_rejects.sql")
_DOCUMENTS = Query.beside(__file__, "documents.sql")

Row = dict[str, Any]
Tell = Callable[[Context, Row], StoryEvent]


@dataclass(frozen=True, slots=True)
class Page:
    """spans and events in time order; `after` None: it is the last."""

    spans: tuple[StorySpan, ...]
    events: tuple[StoryEvent, ...]
    totals: StoryTotals
    after: Cursor | None


def page(context: Context, searched: str, reached: Reach, cursor: Cursor, limit: int) -> Page:
    """The newest `limit` rows of the story that lie behind `cursor`, spans and events together."""
    parts = together(
        *(_event_parts(context, searched, reached, cursor.event, limit + 1)),
        lambda: _spans(context, reached, cursor.span, limit + 1),
    )
    spans: list[Row] = parts.pop()
    told = ((_tell(kind), row) for kind, rows in zip(_KINDS, parts, strict=True) for row in rows)
    events = sorted(told, key=lambda one: (one[1]["moment"], one[1]["identity"]), reverse=True)
    taken, rest = _newest(spans, events, limit, more_spans_follow=reached.next_block is not None)
    chosen, shown = spans[:taken], events[:rest]
    counted = [rows[0]["total"] if rows else 0 for rows in parts]
    totals = cursor.totals or (reached.trace_total, _span_total(reached, spans), *counted)
    return Page(
        _whole(context, chosen),
        tuple(sorted((tell(context, row) for tell, row in shown), key=lambda e: (e.time, e.kind, e.what))),
        StoryTotals(*totals),  # type: ignore[arg-type]
        _after(reached, replace(cursor, totals=totals), spans, [row for _, row in events], taken, rest),
    )


def _newest(spans: list[Row], events: list[tuple[Tell, Row]], limit: int, *, more_spans_follow: bool) -> tuple[int, int]:
    """How many of either are among the newest `limit`. With more spans to follow, what is older than these waits for them."""
    taken = shown = 0
    while taken + shown < limit and (taken < len(spans) or (shown < len(events) and not more_spans_follow)):
        newest_event = events[shown][1]["moment"] if shown < len(events) else None
        if taken < len(spans) and (newest_event is None or spans[taken]["moment"] // 1000 >= newest_event):
            taken += 1
        else:
            shown += 1
    return taken, shown


def _after(reached: Reach, cursor: Cursor, spans: list[Row], events: list[Row], taken: int, shown: int) -> Cursor | None:
    span = _place(spans[taken - 1]) if taken else cursor.span
    event = _place(events[shown - 1]) if shown else cursor.event
    if taken == len(spans) and reached.next_block is not None:
        return replace(cursor, block=reached.next_block, span=Place(), event=event)
    if taken == len(spans) and shown == len(events):
        return None
    return replace(cursor, span=span, event=event)


def _place(row: Row) -> Place:
    return Place(int(row["moment"]), str(row["identity"]))


def _span_total(reached: Reach, spans: list[Row]) -> int | None:
    return None if reached.in_blocks else int(spans[0]["total"]) if spans else 0


def _spans(context: Context, reached: Reach, before: Place, limit: int) -> list[Row]:
    if not reached.traces:
        return []
    given = {"traces": list(reached.traces), "limit": limit, **_before(before)}
    return context.store.records(_SPANS, **given, **context.scope.parameters())


def _whole(context: Context, chosen: list[Row]) -> tuple[StorySpan, ...]:
    if not chosen:
        return ()
    rows = context.store.records(
        _SPANS_WHOLE,
        buckets=sorted({row["bucket"] for row in chosen}),
        traces=sorted({row["trace_id"] for row in chosen}),
        spans=sorted({row["span_id"] for row in chosen}),
    )
    wanted = {(row["trace_id"], row["span_id"]) for row in chosen}
    shown = [row for row in rows if (row["trace_id"], row["span_id"]) in wanted]
    return tuple(_span(row, shown[0]) for row in shown)


def _span(row: Row, first: Row) -> StorySpan:
    values = row | {"attributes": dict(row["attributes"]), "failed": bool(row["failed"])}
    return StorySpan(**values, offset_seconds=(row["start"] - first["start"]).total_seconds())


_KINDS = ("milestones", "failures", "runs", "rejects", "documents")


def _tell(kind: str) -> Tell:
    return {
        "milestones": telling.milestone,
        "failures": telling.failure,
        "runs": telling.run,
        "rejects": telling.reject,
        "documents": telling.document,
    }[kind]


def _event_parts(context: Context, searched: str, reached: Reach, before: Place, limit: int) -> list[Callable[[], list[Row]]]:
    """One question per kind of evidence, in the order of `_KINDS`."""
    correlations = [*reached.values("correlation"), searched]
    shared: Row = {"correlations": correlations, "limit": limit, **_before(before), **context.scope.parameters()}
    objects: Row = {
        "contracts": reached.values("contract"),
        "orders": reached.values("purchase_order"),
        "invoices": reached.values("invoice"),
        "searched": searched,
    }
    # Of a key read in blocks the failures are those that name it: what belongs to the story does not depend on the block.
    traces = [] if reached.in_blocks else [trace.upper() for trace in reached.traces]
    values = [*correlations, *objects["contracts"], *objects["orders"], *objects["invoices"]]

    def asked(query: Query, **given: Any) -> list[Row]:
        return context.store.records(query, **shared, **given)

    return [
        lambda: asked(_MILESTONES, **_milestones_of(context, reached)),
        lambda: asked(_FAILURES, **objects, traces=traces, values=[*values, *traces]),
        lambda: _runs(context, searched, correlations, before, limit),
        lambda: asked(_REJECTS, **objects, values=values),
        lambda: asked(_DOCUMENTS, searched=searched, **_documents_of(reached)) if reached.has_documents else [],
    ]


def _milestones_of(context: Context, reached: Reach) -> Row:
    followed = [(f.id, n) for f in context.configuration.flows for n in reached.depths if n[0] == f.key]
    return {
        "generation": reached.generation,
        "flows": sorted({flow for flow, _ in followed}),
        "values": sorted({name[2] for _, name in followed}),
        "keys": [_written(flow, name) for flow, name in followed if reached.owns(name)],
        "wide_keys": [_written(flow, name) for flow, name in followed if not reached.owns(name)],
        "story_facilities": sorted(reached.facilities),
        "story_items": sorted(reached.items),
    }


def _documents_of(reached: Reach) -> Row:
    own = [name for name in reached.depths if reached.owns(name)]
    return {"values": sorted({name[2] for name in own}), "keys": ["|".join(name) for name in own]}


def _written(flow: str, name: Name) -> str:
    return f"{flow}|{name[1]}|{name[2]}"


def _runs(context: Context, searched: str, correlations: list[str], before: Place, limit: int) -> list[Row]:
    named = context.store.records(_RUNS_NAMED, correlations=correlations, searched=searched)
    if not named:
        return []
    jobs, runs = [row["job"] for row in named], [row["run_id"] for row in named]
    return context.store.records(_RUNS, jobs=jobs, runs=runs, limit=limit, **_before(before), **context.scope.parameters())


def _before(place: Place) -> Row:
    return {"before": place.moment, "before_identity": place.identity}
