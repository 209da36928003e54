"""Traffic per hour, kept up to date from traffic per minute: by what was received since, a bounded number of hours at a time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from analytics.context import Context
from store.query import Query

JOB = "rollup: traffic per hour"
_CHANGED = Query.beside(__file__, "hours_changed.sql")
_WRITE = Query.beside(__file__, "write_hours.sql")
_WATERMARK = Query(
    "activity/rolled_until", "SELECT maxOrNull(p.watermark) AS watermark FROM job_progress AS p WHERE p.job = {job:String}"
)
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_HOURS_AT_A_TIME = 48
_HEARTBEAT = timedelta(minutes=1)


def roll(context: Context) -> int:
    """Write every hour again of which a minute was received since the last turn; returns how many hours.

    Idempotent: an hour is put together whole and replaces what was there. A turn that was cut short is done again, because the
    watermark moves last. What waits in a spool is received before it is stored, so a turn looks back as far as that may last.
    """
    now = context.now
    hours = [int(row["hour"]) for row in context.store.records(_CHANGED, since=changed_since(context), now=now)]
    for at in range(0, len(hours), _HOURS_AT_A_TIME):
        some = hours[at : at + _HOURS_AT_A_TIME]
        context.store.run(_WRITE, hours=some, first=some[0], last=some[-1], now=now)
    if rolled_until(context) + _HEARTBEAT <= now:
        context.store.insert("job_progress", [{"job": JOB, "watermark": now, "recorded": now}])
    return len(hours)


def rolled_until(context: Context) -> datetime:
    """The watermark: what was stored before it is in the hours. 1970 before the first turn."""
    found = context.store.value(_WATERMARK, job=JOB)
    return found if isinstance(found, datetime) else _NEVER


def changed_since(context: Context) -> datetime:
    """Minutes received from here on may not be in the hours yet: whoever reads hours reads theirs by the minute."""
    return max(rolled_until(context) - context.configuration.intake.max_spool_age, _NEVER)
