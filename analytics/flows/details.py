"""What a page adds to the few instances it shows: correlation id, supplier, and the failure that holds each up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from itertools import groupby
from typing import Any

from analytics.context import Context
from analytics.flows.rows import FlowInstance, FlowState
from domain.flows import Flow
from domain.interval import Interval
from store.query import Query

_DETAILS = Query.beside(__file__, "details.sql")
_BY_KEY = Query.beside(__file__, "details_by_key.sql")
_FAILURES = Query.beside(__file__, "failures_of_keys.sql")
_LOOK_BACK = timedelta(days=400)

Row = dict[str, Any]


def completed(context: Context, interval: Interval, found: Sequence[tuple[Flow, Row]]) -> tuple[FlowInstance, ...]:
    """The rows of `instances.sql` as instances, in the order given."""
    filled: dict[int, FlowInstance] = {}
    numbered = sorted(enumerate(found), key=lambda entry: entry[1][0].id)
    for _, entries in groupby(numbered, key=lambda entry: entry[1][0].id):
        group = list(entries)
        flow, rows = group[0][1][0], [row for _, (_, row) in group]
        levels = _levels(context, interval, flow, rows)
        failing = _failures(context, interval, flow, rows)
        filled |= {number: _instance(row, levels, failing) for number, (_, row) in group}
    return tuple(filled[number] for number in range(len(found)))


def by_key(context: Context, interval: Interval, flow: Flow, keys: Sequence[str]) -> dict[tuple[str, str], tuple[str, str]]:
    """(authority, key) → newest correlation id and supplier; '' where none was reported."""
    if not keys:
        return {}
    scope = context.scope.parameters()
    rows = context.store.records(_BY_KEY, flow=flow.id, keys=sorted(set(keys)), end=interval.end, **scope)
    return {(r["authority"], r["key"]): (r["correlation_id"], r["supplier_id"]) for r in rows}


def _levels(context: Context, interval: Interval, flow: Flow, rows: Iterable[Row]) -> dict[tuple[str, ...], Row]:
    wanted = {name: sorted({r[column] for r in rows}) for name, column in _COLUMNS.items()}
    found = context.store.records(_DETAILS, flow=flow.id, end=interval.end, **wanted)
    return {(r["authority"], r["key"], r["facility_id"], r["item_id"]): r for r in found}


_COLUMNS = {"keys": "key", "facilities": "facility_id", "items": "item_id"}


def _failures(context: Context, interval: Interval, flow: Flow, rows: Iterable[Row]) -> dict[str, list[Row]]:
    """Open failures by key, newest first; completed instances need none."""
    waiting = [r for r in rows if r["state"] != FlowState.COMPLETED]
    if not waiting:
        return {}
    since = max(min(r["started"] for r in waiting), interval.end - _LOOK_BACK)
    given = {"keys": sorted({r["key"] for r in waiting}), "key_type": flow.key, "since": since, "end": interval.end}
    open_ones: dict[str, list[Row]] = {}
    for row in context.store.records(_FAILURES, **given, **context.scope.parameters()):
        open_ones.setdefault(row["key"], []).append(row)
    return {key: sorted(found, key=lambda r: r["time"], reverse=True) for key, found in open_ones.items()}


def _instance(row: Row, levels: dict[tuple[str, ...], Row], failing: dict[str, list[Row]]) -> FlowInstance:
    failure = _failure_of(row, failing)
    values = {name: value for name, value in row.items() if name not in {"in_order", "state", "milestones", "milestone_times"}}
    return FlowInstance(
        **values,
        state=FlowState(row["state"]),
        milestones=tuple(row["milestones"]),
        milestone_times=tuple(row["milestone_times"]),
        failure_class=failure["failure_class"] if failure else "",
        failure_message=failure["message"] if failure else "",
        correlation_id=(failure["correlation_id"] if failure else "") or _nearest(row, levels, "correlation_id"),
        supplier_id=_nearest(row, levels, "supplier_id"),
    )


def _failure_of(row: Row, failing: dict[str, list[Row]]) -> Row | None:
    if row["state"] == FlowState.COMPLETED:
        return None
    return next((f for f in failing.get(row["key"], ()) if all(_meets(row[c], f[c]) for c in ("facility_id", "item_id"))), None)


def _meets(instance: str, failure: str) -> bool:
    """Evidence that names no facility or item concerns them all."""
    return not instance or not failure or instance == failure


def _nearest(row: Row, levels: dict[tuple[str, ...], Row], column: str) -> str:
    """The value at the instance's own level, else of its facility, its item, the whole contract."""
    for facility in (row["facility_id"], ""):
        for item in (row["item_id"], ""):
            level = levels.get((row["authority"], row["key"], facility, item))
            if level and level[column]:
                return str(level[column])
    return ""
