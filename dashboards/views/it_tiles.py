"""The four numbers of IT operations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from analytics import activity, batches, failures, queues, words
from analytics.activity.rows import TrafficPoint
from analytics.queues.rows import QueuePoint
from dashboards import health, source
from dashboards.components.questions import ask, ask_before, ask_now
from dashboards.components.tiles import Tile
from dashboards.components.view import View
from dashboards.text import counted, signed


def numbers(view: View) -> list[Tile]:
    return [_failed_calls(view), _waiting(view), _batches(view), open_failures(view)]


def open_failures(view: View) -> Tile:
    """Objects that still fail, and failures seen against the period before."""
    classes = ask(failures.by_class, view)
    change = sum(one.failures for one in classes) - sum(one.previous_failures for one in classes)
    return Tile(
        "Failures open",
        f"{sum(one.open_objects for one in classes):,}",
        signed(change, f"{abs(change):,} seen") if change else "",
        view.compared,
        course=tuple(float(day.failures) for day in ask(failures.daily, view)),
        definition="Objects (contract, item, order) whose last attempt failed and has not succeeded since. "
        "The line shows failures per day.",
    )


def error_share(points: Sequence[TrafficPoint]) -> float | None:
    """Share of calls that failed; None without calls."""
    calls = sum(point.spans for point in points)
    return sum(point.errors for point in points) / calls if calls else None


def depth_over_time(points: Sequence[QueuePoint], most: int = 60) -> tuple[float, ...]:
    """Messages waiting in all queues together, over at most `most` moments."""
    summed: dict[datetime, float] = {}
    for point in points:
        summed[point.time] = summed.get(point.time, 0.0) + (point.depth or 0.0)
    course = [summed[time] for time in sorted(summed)]
    step = max(1, -(-len(course) // most))
    return tuple(float(max(course[at : at + step])) for at in range(0, len(course), step))


def _failed_calls(view: View) -> Tile:
    points = ask(activity.traffic, view)
    share, before = error_share(points), error_share(ask_before(activity.traffic, view))
    change = None if share is None or before is None else 100 * (share - before)
    calls, errors = sum(point.spans for point in points), sum(point.errors for point in points)
    return Tile(
        "Calls that failed",
        "no data" if share is None else words.percent(share),
        signed(change, f"{abs(change):.2f} pt") if change and abs(change) >= 0.005 else "",
        view.compared,
        course=tuple(100.0 * point.errors / point.spans for point in points if point.spans)[-60:],
        definition=f"{errors:,} of {calls:,} calls ended in an error.",
    )


def _waiting(view: View) -> Tile:
    latest = ask_now(queues.latest, view)
    depths = [queue.depth for queue in latest if queue.depth is not None]
    oldest = max((queue.oldest_age_seconds for queue in latest if queue.oldest_age_seconds is not None), default=None)
    return Tile(
        "Messages waiting",
        f"{sum(depths):,}" if depths else "no data",
        note=f"oldest {words.duration(oldest)}" if oldest else "",
        course=depth_over_time(ask(queues.history, view)),
        definition=f"In {counted(len(latest), 'queue')} at their last sample; "
        f"{counted(sum(queue.dead_letters or 0 for queue in latest), 'dead letter')}.",
    )


def _batches(view: View) -> Tile:
    now = source.context().now
    runs = ask(batches.runs, view, limit=500)
    bad = [run for run in runs if health.needs_a_look(run, now)]
    per_day = Counter((now - (run.finished or run.started or run.received)).days for run in bad)
    days = max(view.interval(now).length.days, 1)
    return Tile(
        "Batches failed, partial or late",
        f"{len(bad):,}" if runs else "no data",
        note=f"of {counted(len(runs), 'run')}" if runs else "",
        course=tuple(float(per_day[day]) for day in reversed(range(min(days, 30)))) if runs else (),
        bars=True,
        definition="Runs reported in the period. Late: started over six hours ago and not finished. Bars: per day.",
    )
