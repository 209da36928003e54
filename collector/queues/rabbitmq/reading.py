"""One queue of the management API as a reading."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from collector.queues.poller import QueueReading
from collector.queues.rabbitmq.arguments import Queue, is_stale, most_messages
from collector.queues.rates import Rates

COLUMNS = (
    "name", "vhost", "type", "state", "exclusive", "arguments", "effective_policy_definition", "messages", "messages_ready",
    "messages_unacknowledged", "consumers", "head_message_timestamp", "message_stats.publish", "message_stats.publish_details.rate",
    "message_stats.ack", "message_stats.ack_details.rate", "message_stats.deliver_no_ack", "message_stats.deliver_no_ack_details.rate",
    "message_stats.get_no_ack", "message_stats.get_no_ack_details.rate",
)  # fmt: skip
# Deliveries that need no acknowledgement are done when delivered.
_DONE = ("ack", "deliver_no_ack", "get_no_ack")


def reading(queue: Queue, broker: str, dead_letters: int | None, at: datetime, rates: Rates) -> QueueReading:
    """A queue just declared has no figures until the broker's first statistics, a queue that is down has stale ones: unknown.

    depth is what is ready, in_flight what is delivered and not acknowledged. A stream's length is history, not backlog.
    """
    capacity = most_messages(queue)
    if is_stale(queue):
        return QueueReading(queue["name"], broker, capacity=capacity)
    identity = (queue["vhost"], queue["name"])
    stream = queue.get("type") == "stream"
    return QueueReading(
        queue["name"],
        broker,
        depth=None if stream else _count(queue, "messages_ready"),
        oldest_age_seconds=None if stream else _age(queue, at),
        in_flight=_count(queue, "messages_unacknowledged"),
        consumers=_count(queue, "consumers"),
        publish_rate=_rate(queue, identity, ("publish",), at, rates),
        ack_rate=_rate(queue, identity, _DONE, at, rates),
        dead_letters=dead_letters,
        capacity=capacity,
    )


def _age(queue: Queue, at: datetime) -> float | None:
    """Known when publishers set a timestamp, for classic queues only; an empty queue has nothing that is old."""
    if _count(queue, "messages") == 0:
        return 0.0
    head = _count(queue, "head_message_timestamp")
    return None if head is None else max(0.0, at.timestamp() - head)


def _rate(queue: Queue, identity: tuple[str, str], counters: tuple[str, ...], at: datetime, rates: Rates) -> float | None:
    """Between two polls by the counters; on the first one the broker's own rate over its last interval.

    A counter appears with the first message it counts: until then the rate is unknown, and it has grown from 0 by then.
    """
    stats = _mapping(queue, "message_stats")
    present = {name: stats[name] for name in counters if isinstance(stats.get(name), int)}
    total = float(sum(present.values())) if "messages" in queue else None
    counted = rates.per_second((*identity, counters), total, at)
    if not present or counted is not None:
        return counted if present else None
    details = [_mapping(stats, f"{name}_details").get("rate") for name in present]
    own = [float(rate) for rate in details if isinstance(rate, int | float)]
    return sum(own) if len(own) == len(present) else None


def _count(queue: Queue, name: str) -> int | None:
    value = queue.get(name)
    return value if isinstance(value, int) and value >= 0 else None


def _mapping(holder: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = holder.get(name)
    return value if isinstance(value, dict) else {}
