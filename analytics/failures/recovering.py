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
_AFFECTED = over_groups(Query.beside(__file__, "affected.sql"))
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


def affected(context: Context, interval: Interval, *, item_ids: Sequence[str] = (), limit: int = 10_000) -> tuple[Affected, ...]:
    """Documents and money behind each object that failed in the interval; objects with none are left out."""
    rows = context.store.records(_AFFECTED, item_ids=list(item_ids), limit=limit, **parameters(context, interval))
    return tuple(
        Affected(row["item_id"], row["documents"], tuple(Amount(currency, amount) for currency, amount in row["amounts"]))
        for row in rows
    )


_REOPENED = int(REOPENED_WITHIN.total_seconds())
