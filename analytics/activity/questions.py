"""Which interfaces carry traffic and how well, and how much of it we were there to see."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from analytics import failures
from analytics.activity.rolling import changed_since
from analytics.activity.rows import InterfaceHealth, Sight, TrafficPoint
from analytics.context import Context
from domain.interval import Interval
from store.query import Query

INTERFACES = Query.beside(__file__, "interfaces.sql")
TRAFFIC = Query.beside(__file__, "traffic.sql")
NEWEST = Query.beside(__file__, "newest.sql")
OBSERVED_MINUTES = Query.beside(__file__, "observed_minutes.sql")
_MOST_POINTS = 300
_MINUTE = timedelta(minutes=1)
_RECENT = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class _Traffic:
    """What the store knows of an interface; the rest of its health is configured."""

    interface_id: str
    spans: int = 0
    errors: int = 0
    error_share: float | None = None
    previous_error_share: float | None = None
    p50_seconds: float | None = None
    p95_seconds: float | None = None
    last_seen: datetime | None = None
    last_success: datetime | None = None


def interfaces(context: Context, interval: Interval) -> tuple[InterfaceHealth, ...]:
    """Every configured interface in configured order, with or without traffic, then unregistered ones by id.

    Spans that name no interface are listed under the id ''. open_failures counts objects that failed in the interval and
    have not succeeded since, as the questions about failures do.
    """
    parameters = {
        "previous_start": interval.before().start,
        "start": interval.start,
        "end": interval.end,
        "changed_since": changed_since(context),
    }
    found = context.store.rows(INTERFACES, _Traffic, **parameters, **context.scope.parameters())
    traffic = {row.interface_id: row for row in found}
    unresolved: Counter[str] = Counter()
    for cell in failures.matrix(context, interval):
        unresolved[cell.interface_id] += cell.open_objects
    known = [interface.id for interface in context.configuration.interfaces]
    strangers = sorted((set(traffic) | set(unresolved)) - set(known))
    return tuple(_health(context, traffic.get(id, _Traffic(id)), unresolved[id]) for id in (*known, *strangers))


def traffic(context: Context, interval: Interval, interface: str | None = None) -> tuple[TrafficPoint, ...]:
    """At most 300 points of equal length from the interval's start to its end or now; a step without spans is 0."""
    end = min(interval.end, context.now)
    minutes = math.ceil(max(end - interval.start, timedelta()) / _MINUTE)
    step = max(1, math.ceil(minutes / _MOST_POINTS)) * _MINUTE
    start = interval.start.astimezone(UTC).replace(second=0, microsecond=0)
    rows = context.store.rows(
        TRAFFIC,
        TrafficPoint,
        start=start,
        end=end,
        step=int(step.total_seconds()),
        interface=interface or "",
        **context.scope.parameters(),
    )
    found = {row.time: row for row in rows}
    points = (start + n * step for n in range(math.ceil(max(end - start, timedelta()) / step)))
    return tuple(found.get(time, TrafficPoint(time, 0, 0)) for time in points)


def sight(context: Context, interval: Interval) -> Sight:
    """How far our evidence reaches, and the share of the interval's whole minutes up to now that we saw.

    coverage is None when no whole minute of the interval has passed. It is of the whole platform, whatever the scope.
    """
    now = context.now
    start, end = _whole_minute(interval.start, up=True), _whole_minute(min(interval.end, now), up=False)
    newest = _newest(context, now)
    if end <= start:
        return Sight(newest, None)
    seen = context.store.value(OBSERVED_MINUTES, start=start, end=end)
    return Sight(newest, int(seen) / ((end - start) / _MINUTE))


def _newest(context: Context, now: datetime) -> datetime | None:
    """Of the last two days, which is quick; only when nothing happened in them, of all."""
    for since in (now - _RECENT, datetime(1970, 1, 1, tzinfo=UTC)):
        received = max(since - timedelta(days=1), datetime(1970, 1, 1, tzinfo=UTC))
        found = context.store.value(NEWEST, now=now, since=since, since_received=received)
        if found is not None:
            return found  # type: ignore[no-any-return]
    return None


def _whole_minute(time: datetime, *, up: bool) -> datetime:
    floor = time.astimezone(UTC).replace(second=0, microsecond=0)
    return floor + _MINUTE if up and floor < time else floor


def _health(context: Context, traffic: _Traffic, open_failures: int) -> InterfaceHealth:
    interface = context.configuration.interface(traffic.interface_id)
    return InterfaceHealth(
        interface_id=traffic.interface_id,
        name=interface.name if interface else traffic.interface_id,
        tier=interface.tier if interface else 0,
        owner=interface.owner if interface else "",
        registered=interface is not None,
        pattern=interface.pattern.value if interface else "",
        spans=traffic.spans,
        errors=traffic.errors,
        error_share=traffic.error_share,
        previous_error_share=traffic.previous_error_share,
        p50_seconds=traffic.p50_seconds,
        p95_seconds=traffic.p95_seconds,
        last_seen=traffic.last_seen,
        last_success=traffic.last_success,
        open_failures=open_failures,
    )
