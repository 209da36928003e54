"""What failed, for which objects and where, and whether it has succeeded since."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any, Literal

from analytics.context import Context
from analytics.failures.asking import EPOCH, over_groups, parameters
from analytics.failures.rows import ClassCount, FailureDay, FailureGroup, MappingCell, MatrixCell
from domain.failures import FailureClass
from domain.interval import Interval
from store.query import Query

_GROUPS = over_groups(Query.beside(__file__, "groups.sql"))
_BY_CLASS = over_groups(Query.beside(__file__, "by_class.sql"))
_MATRIX = over_groups(Query.beside(__file__, "matrix.sql"))
_MAPPING = over_groups(Query.beside(__file__, "mapping_matrix.sql"))
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
    item_ids: Sequence[str] = (),
    objects: Sequence[str] = (),
    limit: int = 200,
    offset: int = 0,
) -> tuple[FailureGroup, ...]:
    """Failures of the interval by interface, class and object: open ones first, then the newest.

    Resolved: the same interface has since succeeded for the same object at every facility where it failed (or what README.md
    says of failures without an object). `key` finds any business key, correlation id or batch run. Lists in a group hold at
    most 20 values. `item_ids`: only these work items. `objects`: only failures of these objects are read, which is faster.
    """
    given = parameters(context, interval, failure_class, interface, key, objects)
    rows = context.store.records(_GROUPS, state=state or "", item_ids=list(item_ids), limit=limit, offset=offset, **given)
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
        transient=configured.transient if configured else False,
    )


def by_class(context: Context, interval: Interval) -> tuple[ClassCount, ...]:
    """Failures of every class seen in the interval or the one before, most first."""
    before = interval.before()
    previous = {
        r["failure_class"]: r["failures"]
        for r in context.store.records(
            _COUNT, start=max(before.start, EPOCH), end=max(before.end, EPOCH), **context.scope.parameters()
        )
    }
    rows = context.store.records(_BY_CLASS, **parameters(context, interval))
    seen = {r["failure_class"] for r in rows}
    gone = [{"failure_class": c, "failures": 0, "open_objects": 0, "facilities": 0} for c in sorted(previous) if c not in seen]
    return tuple(_class_count(context, row, previous.get(row["failure_class"], 0)) for row in [*rows, *gone])


def _class_count(context: Context, row: dict[str, Any], previous: int) -> ClassCount:
    configured = context.configuration.failure_class(row["failure_class"])
    name, owner = (configured.name, configured.owner) if configured else ("", "")
    return ClassCount(row["failure_class"], name, owner, row["failures"], previous, row["open_objects"], row["facilities"])


def matrix(context: Context, interval: Interval) -> tuple[MatrixCell, ...]:
    """Which interface fails how, most failures first; pairs without a failure have no cell."""
    return context.store.rows(_MATRIX, MatrixCell, **parameters(context, interval))


def mapping_matrix(
    context: Context,
    interval: Interval,
    *,
    failure_class: str | None = None,
    interface: str | None = None,
    key: str | None = None,
    limit: int = 2_000,
) -> tuple[MappingCell, ...]:
    """Which object fails where and how, by interface and class, most failures first within each."""
    given = parameters(context, interval, failure_class, interface, key)
    return context.store.rows(_MAPPING, MappingCell, limit=limit, **given)


def daily(context: Context, interval: Interval) -> tuple[FailureDay, ...]:
    """Failures by day in the organisation's zone; a day without one has no point."""
    zone = context.configuration.organisation.time_zone
    given = {"start": max(interval.start, EPOCH), "end": interval.end, "zone": zone}
    return context.store.rows(_DAILY, FailureDay, **given, **context.scope.parameters())
