"""From a row of the query to a reading."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo
from decimal import Decimal
from typing import Any

from collector.queues.instants import instant_of, oldest_age
from collector.queues.poller import PollFailed, QueueReading
from collector.queues.rates import Rates

COUNTS = ("depth", "in_flight", "consumers", "dead_letters", "capacity")
NUMBERS = ("oldest_age_seconds", "publish_rate", "ack_rate")
# Counters that only grow, and the rate made of each.
COUNTERS = {"published_total": "publish_rate", "acknowledged_total": "ack_rate"}
COLUMNS = ("queue", "broker", *COUNTS, *NUMBERS, *COUNTERS, "oldest", "time")


def checked_columns(names: list[str], queue: str | None) -> None:
    """PollFailed when a column means nothing here, comes twice, or none names the queue or a figure."""
    known = [name.lower() for name in names]
    for name in known:
        if name not in COLUMNS:
            raise PollFailed(f"the query's column {name} means nothing here; name it with AS one of {', '.join(COLUMNS)}")
        if known.count(name) > 1:
            raise PollFailed(f"the query returns the column {name} twice; leave one out")
    if "queue" not in known and queue is None:
        raise PollFailed("the query returns no column queue; add it, or name the queue in settings")
    if not set(known) - {"queue", "broker", "time"}:
        raise PollFailed(f"the query returns no figure; add one of {', '.join(COLUMNS[2:])}")


def reading(row: Mapping[str, Any], queue: str | None, broker: str, zone: tzinfo, rates: Rates, now: datetime) -> QueueReading:
    """NULL, and a column left out, is unknown. A value that is no number or time is PollFailed, and is not repeated."""
    name = str(row["queue"]) if row.get("queue") is not None else queue
    if name is None:
        raise PollFailed("the query returned NULL as queue; leave such rows out")
    figures: dict[str, Any] = {each: _count(row.get(each), name, each) for each in COUNTS}
    figures |= {each: _number(row.get(each), name, each) for each in NUMBERS}
    for counter, rate in COUNTERS.items():
        total = _number(row.get(counter), name, counter)
        if total is not None:
            figures[rate] = rates.per_second((name, counter), total, now)
    at = _time(row.get("time"), name, "time", zone)
    if "oldest" in row:
        # min() over no rows is NULL: of an empty queue that says nothing is old, of any other that it is unknown.
        figures["oldest_age_seconds"] = oldest_age(_time(row["oldest"], name, "oldest", zone), at or now, figures["depth"])
    return QueueReading(queue=name, broker=str(row.get("broker") or broker), time=at, **figures)


def _count(value: Any, queue: str, column: str) -> int | None:
    number = _number(value, queue, column)
    if number is not None and number != int(number):
        raise PollFailed(f"the query's {column} of queue {queue} is not a whole number; count, or round it")
    return None if number is None else int(number)


def _number(value: Any, queue: str, column: str) -> float | None:
    if value is None:
        return None
    if isinstance(value, str):
        # Some drivers return sums as text.
        try:
            value = Decimal(value)
        except ArithmeticError:
            value = None
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise PollFailed(f"the query's {column} of queue {queue} is not a number; select a number or NULL")
    if not 0 <= value < 1 << 63:
        raise PollFailed(f"the query's {column} of queue {queue} is below zero, or no number; return 0, more, or NULL")
    return float(value) if isinstance(value, Decimal) else value


def _time(value: Any, queue: str, column: str, zone: tzinfo) -> datetime | None:
    if value is None:
        return None
    found = instant_of(float(value) if isinstance(value, Decimal) else value, zone)
    if found is None:
        raise PollFailed(f"the query's {column} of queue {queue} is not a time since 2000; select a timestamp or NULL")
    return found
