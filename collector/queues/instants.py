"""Times as queues carry them: ISO 8601 text, seconds or milliseconds since 1970."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

# Before it, a number is a counter and not a time; no queue watched here has waited that long.
_EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Seconds reach this in the year 5138, milliseconds passed it in 1973; and so on by thousands.
_UNITS = ((1e11, 1.0), (1e14, 1e-3), (1e17, 1e-6), (1e20, 1e-9))


def instant_of(value: Any, zone: tzinfo = UTC) -> datetime | None:
    """`value` as an aware instant in UTC, None when it is none.

    A number, also as text, is seconds, milli-, micro- or nanoseconds since 1970 by its magnitude. A time without a zone is
    in `zone`. Times before 2000 are not taken for times.
    """
    found = _read(value, zone)
    return found if found is not None and found >= _EARLIEST else None


def age_seconds(since: datetime | None, now: datetime) -> float | None:
    """Seconds from `since` to `now`, at least 0: a clock ahead of ours does not make a message younger than new."""
    return None if since is None else max(0.0, (now - since).total_seconds())


def oldest_age(oldest: datetime | None, now: datetime, *waiting: int | None) -> float | None:
    """Seconds the oldest message has waited. 0 when every count of `waiting` is known to be 0: nothing there is old."""
    return age_seconds(oldest, now) if any(count != 0 for count in waiting) else 0.0


def _read(value: Any, zone: tzinfo) -> datetime | None:
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=zone)).astimezone(UTC)
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return _since_1970(float(value))
    if isinstance(value, str):
        text = value.strip()
        try:
            return _since_1970(float(text))
        except ValueError:
            return _iso(text, zone)
    return None


def _since_1970(number: float) -> datetime | None:
    unit = next((unit for limit, unit in _UNITS if 0 <= number < limit), None)
    return None if unit is None else _EPOCH + timedelta(seconds=number * unit)


def _iso(text: str, zone: tzinfo) -> datetime | None:
    try:
        return _read(datetime.fromisoformat(text), zone)
    except (ValueError, OverflowError):
        return None
