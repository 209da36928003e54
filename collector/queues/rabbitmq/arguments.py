"""What a queue was declared with, or a policy gives it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# One queue as the management API describes it.
Queue = Mapping[str, Any]

_STALE = frozenset({"down", "crashed", "stopped", "terminated", "minority"})


def is_stale(queue: Queue) -> bool:
    """Whether what is told of the queue is what was last known of it, not what is."""
    return queue.get("state") in _STALE


def argument(queue: Queue, name: str) -> Any:
    """`name` without its x-: the queue's own argument before the policy's, as the broker decides. None: not given."""
    own = _mapping(queue, "arguments").get(f"x-{name}")
    return own if own is not None else _mapping(queue, "effective_policy_definition").get(name)


def most_messages(queue: Queue) -> int | None:
    """The queue's max-length; of an argument and a policy the lower one holds."""
    limits = [
        _mapping(queue, "arguments").get("x-max-length"),
        _mapping(queue, "effective_policy_definition").get("max-length"),
    ]
    numbers = [limit for limit in limits if isinstance(limit, int)]
    return min(numbers) if numbers else None


def _mapping(queue: Queue, name: str) -> Mapping[str, Any]:
    # Some versions write an empty object as an empty list.
    value = queue.get(name)
    return value if isinstance(value, dict) else {}
