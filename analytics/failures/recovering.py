"""How fast failures are found and answered, whether they come back, and how much money stands behind them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Literal

from analytics.context import Context
from analytics.failures.asking import over_episodes, over_groups, parameters
from analytics.failures.rows import Affected, Amount, Episode, Recovery
from domain.interval import Interval
from store.query import Query

_LISTED = over_episodes(Query.beside(__file__, "episodes_listed.sql"))
_RECOVERY = over_episodes(Query.beside(__file__, "recovery.sql"))
_PLACES = over_groups(Query.beside(__file__, "places.sql"))
_AFFECTED = Query.beside(__file__, "affected.sql")
REOPENED_WITHIN = timedelta(days=7)
By = Literal["class", "interface", "facility", "all"]


def episodes(
    context: Context,
    interval: Interval,
    *,
    failure_class: str | None = None,
    interface: str | None = None,
    key: str | None = None,
    item: str | None = None,
    limit: int = 200,
) -> tuple[Episode, ...]:
    """Each time that an object failed at a facility, newest first. What began before the interval begins with its first failure in it."""
    given = parameters(context, interval, failure_class, interface, key)
    return context.store.rows(_LISTED, Episode, item=item or "", limit=limit, reopened_within=_REOPENED, **given)


def recovery(
    context: Context, interval: Interval, by: By = "class", *, failure_class: str | None = None, interface: str | None = None
) -> tuple[Recovery, ...]:
    """MTTD, MTTR and recurrence of the interval's failures per class, interface or facility, or of all together (group '')."""
    given = parameters(context, interval, failure_class, interface)
    return context.store.rows(_RECOVERY, Recovery, by=by, reopened_within=_REOPENED, **given)


def affected(
    context: Context, interval: Interval, *, item_ids: Sequence[str] = (), objects: Sequence[str] = (), limit: int = 10_000
) -> tuple[Affected, ...]:
    """Documents and money behind each object that failed in the interval; objects with none are left out.

    `item_ids`: only these work items. `objects`: only failures of these objects are read, which is faster.
    """
    asked = parameters(context, interval, objects=objects)
    places = context.store.records(_PLACES, item_ids=list(item_ids), limit=limit, **asked)
    if not places:
        return ()
    columns = {name: [place[source] for place in places] for name, source in _COLUMNS.items()}
    return tuple(
        Affected(row["item_id"], row["documents"], tuple(Amount(currency, amount) for currency, amount in row["amounts"]))
        for row in context.store.records(_AFFECTED, limit=limit, **columns)
    )


_COLUMNS = {
    "items": "item_id", "types": "object_type", "named": "object", "at": "facility_id", "of": "supplier_id", "since": "since", "until": "until",
}  # fmt: skip
_REOPENED = int(REOPENED_WITHIN.total_seconds())
