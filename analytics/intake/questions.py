"""How telemetry arrives: by source, by key, and what was refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from analytics.context import Context
from analytics.intake.rows import KeyIntake, Refusal, SourceClock, SourceIntake
from domain.interval import Interval
from store.query import Query

SOURCES = Query.beside(__file__, "sources.sql")
KEYS = Query.beside(__file__, "keys.sql")
REFUSALS = Query.beside(__file__, "refusals.sql")
_KNOWN = timedelta(days=7)
_LEAST_SILENCE = timedelta(minutes=15)
_LEAST_MINUTES = 10
_AHEAD = -2.0  # seconds: an event from the future, beyond what clocks kept by NTP differ
_BEHIND = 120.0  # seconds: longer than exporters usually hold a batch


@dataclass(frozen=True, slots=True)
class _Source:
    signal: str
    service: str
    interface_id: str
    records: int
    far_off: int
    mean_lag_seconds: float | None
    least_lag_seconds: float | None
    last_minute: datetime
    longest_gap_seconds: float
    active_minutes: int


def sources(context: Context, interval: Interval, *, limit: int = 1000) -> tuple[SourceIntake, ...]:
    """Every source of the week before the interval's end, with what it sent in the interval; of the whole platform."""
    since = min(interval.start, interval.end - _KNOWN)
    end = min(interval.end, context.now)
    rows = context.store.rows(SOURCES, _Source, known_since=since, start=interval.start, end=end, limit=limit)
    return tuple(_judged(row, end) for row in rows)


def silent(context: Context, interval: Interval) -> tuple[SourceIntake, ...]:
    """Sources that usually speak and have stopped, longest silent first."""
    return tuple(sorted((s for s in sources(context, interval) if s.silent), key=lambda source: source.last_minute))


def keys(context: Context, interval: Interval) -> tuple[KeyIntake, ...]:
    """Requests by key and signal in the interval."""
    return context.store.rows(KEYS, KeyIntake, start=interval.start, end=interval.end)


def refusals(context: Context, interval: Interval) -> tuple[Refusal, ...]:
    """Requests refused in the interval by reason, most first."""
    return context.store.rows(REFUSALS, Refusal, start=interval.start, end=interval.end)


def _judged(row: _Source, now: datetime) -> SourceIntake:
    silence = now - row.last_minute
    patience = max(_LEAST_SILENCE, 3 * timedelta(seconds=row.longest_gap_seconds))
    return SourceIntake(
        row.signal,
        row.service,
        row.interface_id,
        row.records,
        row.far_off,
        row.mean_lag_seconds,
        row.least_lag_seconds,
        row.last_minute,
        clock_of(row.least_lag_seconds),
        row.active_minutes >= _LEAST_MINUTES and silence > patience,
    )


def clock_of(least_lag_seconds: float | None) -> SourceClock:
    """The quickest delivery tells: nothing arrives before it happens, and something usually arrives at once."""
    if least_lag_seconds is None:
        return SourceClock.UNKNOWN
    if least_lag_seconds < _AHEAD:
        return SourceClock.AHEAD
    return SourceClock.BEHIND_OR_LATE if least_lag_seconds > _BEHIND else SourceClock.IN_STEP
