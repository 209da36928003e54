"""Planned maintenance as it applies to each SLA: written when configured, taken back when removed; both recount what they touch."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from analytics.context import Context
from analytics.sla import progress
from analytics.sla.registry import Registry
from domain.exclusions import Exclusion
from domain.interval import Interval
from domain.slas import Sla
from store.query import Query

_APPLIED = Query.beside(__file__, "exclusions_applied.sql")
_AHEAD = timedelta(days=7)
# As far back as any window reaches, and as late as the minute record can be corrected.
_KEPT_BEYOND_WINDOW = timedelta(days=45)
_MINUTE = timedelta(minutes=1)

Key = tuple[str, datetime, datetime, str]


def apply(context: Context, registry: Registry) -> bool:
    """Record what the configuration now excludes from today's horizon on; returns whether anything changed."""
    if not context.configuration.exclusions and not progress.watermarks(context).get(progress.job_of("grains", "excluded")):
        return False
    longest = max((sla.window for sla in registry.slas.values()), default=timedelta(0))
    within = Interval(context.now - longest - _KEPT_BEYOND_WINDOW, context.now + _AHEAD)
    applied = {_key(row): row for row in context.store.records(_APPLIED, start=within.start, end=within.end)}
    wanted = {_key(row): row for row in _wanted(context, registry, within)}
    newest = max((row["recorded"] for row in applied.values()), default=progress.NEVER)
    stamp = max(context.now, newest + timedelta(milliseconds=1))
    added = [{**row, "active": 1, "recorded": stamp} for key, row in wanted.items() if not applied.get(key, {}).get("active")]
    removed = [{**row, "active": 0, "recorded": stamp} for key, row in applied.items() if row["active"] and key not in wanted]
    context.store.insert("sla_exclusions", [*added, *removed])
    return bool(added or removed)


def covers(exclusion: Exclusion, sla: Sla) -> bool:
    """Whether it names the SLA or its interface, or names none at all."""
    if not exclusion.slas and not exclusion.interfaces:
        return True
    return sla.id in exclusion.slas or getattr(sla, "interface", "") in exclusion.interfaces


def _wanted(context: Context, registry: Registry, within: Interval) -> Iterator[dict[str, Any]]:
    """Whole minutes: a minute touched is out as a whole."""
    for exclusion in context.configuration.exclusions:
        occurrences = [(_floor(one.start), _ceiling(one.end)) for one in exclusion.occurrences(within)]
        for sla in registry.slas.values():
            if covers(exclusion, sla):
                for start, end in occurrences:
                    yield {"sla_id": sla.id, "start": start, "end": end, "exclusion_id": exclusion.id, "name": exclusion.name,
                           "party": exclusion.party.value}  # fmt: skip


def _key(row: dict[str, Any]) -> Key:
    return row["sla_id"], row["start"], row["end"], row["exclusion_id"]


def _floor(instant: datetime) -> datetime:
    return instant.astimezone(UTC).replace(second=0, microsecond=0)


def _ceiling(instant: datetime) -> datetime:
    return -(-(instant.astimezone(UTC) - progress.NEVER) // _MINUTE) * _MINUTE + progress.NEVER
