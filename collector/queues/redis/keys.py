"""Which keys a pattern stands for."""

from __future__ import annotations

import redis

from collector.queues.poller import PollFailed
from collector.queues.selection import is_pattern


class KnownKeys:
    """The keys of one type that fit one name or pattern.

    A key found once stays: Redis removes a list that has become empty, and its queue has then a depth of 0 and is not gone.
    """

    def __init__(self, name: str, kind: str, limit: int, *, without: tuple[str | None, ...] = ()) -> None:
        self._name = name
        self._kind = kind
        self._limit = limit
        self._without = without
        self._known: set[str] = set()

    def find(self, client: redis.Redis) -> list[str]:
        """PollFailed when the pattern fits more keys than are read."""
        if not is_pattern(self._name):
            return [self._name]
        for key in client.scan_iter(match=self._name, count=1000, _type=self._kind):
            self._known.add(key)
            if len(self._known) > self._limit:
                raise PollFailed(f"more than {self._limit} keys fit {self._name}; narrow the pattern, or raise key_limit")
        return sorted(self._known - self._companions())

    def _companions(self) -> set[str]:
        """Lists that belong to another one, as those of dead letters do."""
        return {name.replace("{key}", key) for key in self._known for name in self._without if name is not None}
