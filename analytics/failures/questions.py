"""What failed, for which objects and where, and whether it has succeeded since."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from typing import Any, Literal

from analytics.context import Context
from analytics.failures.rows import ClassCount, FailureDay, FailureGroup, MatrixCell
from domain.failures import FailureClass
from domain.interval import Interval
from store.query import Query

_FAILURES = Query.beside(__file__, "failures_of_interval.sql").text
_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


def _over_failures(file: str) -> Query:
    question = Query.beside(__file__, file)
    return Query(question.name, _FAILURES + question.text)


_GROUPS = _over_failures("groups.sql")
_BY_CLASS = _over_failures("by_class.sql")
_MATRIX = _over_failures("matrix.sql")
_COUNT = Query.beside(__file__, "count_by_class.sql")
_DAILY = Query.beside(__file__, "daily.sql")


def groups(
    context: Context,
    interval: Interval,
    *,
    state: Literal["open", "resolved"] | None = None,
    failure_class: str | None = None,
    interface: str | None = None,
    key: str | None = None,
    limit: int = 200,
    offset: int = 0,
) -> tuple[FailureGroup, ...]:
    """Failures of the interval by interface, class and object: open ones first, then the newest.

    Resolved: the same interface has since succeeded for the same object at every facility where it failed.
    `key` finds any business key, correlation id or batch run. Lists in a group hold at most 20 values.
    """
    given = _parameters(context, interval, failure_class, interface, key)
    rows = context.store.records(_GROUPS, state=state or "", limit=limit, offset=offset, **given)
    return tuple(_group(row, context.configuration.failure_class(row["failure_class"])) for row in rows)


def _group(row: dict[str, Any], configured: FailureClass | None) -> FailureGroup:
    values = {f.name: row[f.name] for f in fields(FailureGroup) if f.name in row}
    values |= {name: tuple(value) for name, value in values.items() if isinstance(value, list)}
    return FailureGroup(
        **values,
        class_name=configured.name if configured else "",
        owner=configured.owner if configured else "",
        remedy=configured.remedy if configured else "",
        severity=configured.severity.value if configured else "warning",
    )


def by_class(context: Context, interval: Interval) -> tuple[ClassCount, ...]:
    """Failures of every class seen in the interval or the one before, most first."""
    before = interval.before()
    previous = {
        r["failure_class"]: r["failures"]
        for r in context.store.records(
            _COUNT, start=max(before.start, _EPOCH), end=max(before.end, _EPOCH), **context.scope.parameters()
        )
    }
    rows = context.store.records(_BY_CLASS, **_parameters(context, interval))
    seen = {r["failure_class"] for r in rows}
    gone = [{"failure_class": c, "failures": 0, "open_objects": 0, "facilities": 0} for c in sorted(previous) if c not in seen]
    return tuple(_class_count(context, row, previous.get(row["failure_class"], 0)) for row in [*rows, *gone])


def _class_count(context: Context, row: dict[str, Any], previous: int) -> ClassCount:
    configured = context.configuration.failure_class(row["failure_class"])
    name, owner = (configured.name, configured.owner) if configured else ("", "")
    return ClassCount(row["failure_class"], name, owner, row["failures"], previous, row["open_objects"], row["facilities"])


def matrix(context: Context, interval: Interval) -> tuple[MatrixCell, ...]:
    """Which interface fails how, most failures first; pairs without a failure have no cell."""
    return context.store.rows(_MATRIX, MatrixCell, **_parameters(context, interval))


def daily(context: Context, interval: Interval) -> tuple[FailureDay, ...]:
    """Failures by day in the organisation's zone; a day without one has no point."""
    zone = context.configuration.organisation.time_zone
    given = {"start": max(interval.start, _EPOCH), "end": interval.end, "zone": zone}
    return context.store.rows(_DAILY, FailureDay, **given, **context.scope.parameters())


def _parameters(
    context: Context, interval: Interval, failure_class: str | None = None, interface: str | None = None, key: str | None = None
) -> dict[str, Any]:
    return {
        "start": max(interval.start, _EPOCH),
        "end": interval.end,
        "failure_class": failure_class or "",
        "interface": interface or "",
        "key": key or "",
        **context.scope.parameters(),
    }
