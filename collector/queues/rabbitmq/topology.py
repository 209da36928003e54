"""Where dead letters go: from a queue through its dead-letter exchange to the queues bound there."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Any

from collector.queues.rabbitmq.arguments import Queue, argument, is_stale

# (virtual host, queue)
Name = tuple[str, str]


def dead_letter_exchange(queue: Queue) -> str | None:
    """By argument or policy; "" is the default exchange, None means dead letters are dropped."""
    exchange = argument(queue, "dead-letter-exchange")
    return exchange if isinstance(exchange, str) else None


class DeadLetters:
    """Bindings as they were at `read`. Names in `always` (with * and ?) hold dead letters whoever is bound to them."""

    def __init__(
        self, read: datetime, bindings: Iterable[Mapping[str, Any]], exchanges: Iterable[Mapping[str, Any]], always: Sequence[str]
    ) -> None:
        self.read = read
        self._always = always
        self._type = {(e["vhost"], e["name"]): e["type"] for e in exchanges}
        self._bound: dict[Name, list[tuple[str, str]]] = defaultdict(list)
        self._keys: dict[Name, set[str]] = defaultdict(set)
        for binding in bindings:
            if binding["destination_type"] == "queue":
                self._bound[binding["vhost"], binding["source"]].append((binding["routing_key"], binding["destination"]))
                self._keys[binding["vhost"], binding["destination"]].add(binding["routing_key"])

    def counts(self, queues: Sequence[Queue]) -> dict[Name, int]:
        """Dead letters per queue: of a queue that holds them its own length, and of a queue that has such a queue to itself,
        that one's. Where several queues share one, whose its messages are cannot be told, and only the shared one counts."""
        length = {_name(q): q["messages"] for q in queues if isinstance(q.get("messages"), int) and not is_stale(q)}
        targets = {_name(q): self._targets(q) for q in queues}
        sources = Counter(target for found in targets.values() for target in found)
        holders = set(sources) | {n for n in length if any(fnmatchcase(n[1], pattern) for pattern in self._always)}
        found = {name: length[name] for name in holders if name in length}
        for name, own in targets.items():
            if own and name not in found and all(sources[t] == 1 and t in length for t in own):
                found[name] = sum(length[t] for t in own)
        return found

    def _targets(self, queue: Queue) -> set[Name]:
        exchange = dead_letter_exchange(queue)
        if exchange is None:
            return set()
        vhost, name = _name(queue)
        given = argument(queue, "dead-letter-routing-key")
        # Without a key of its own, a dead letter keeps those it was published with.
        keys = {given} if isinstance(given, str) else self._keys[vhost, name] | {name}
        if exchange == "":
            return {(vhost, key) for key in keys if key != name}
        kind = self._type.get((vhost, exchange), "")
        bound = self._bound[vhost, exchange]
        return {(vhost, target) for pattern, target in bound if target != name and _routed(kind, pattern, keys)}


def _name(queue: Queue) -> Name:
    return queue["vhost"], queue["name"]


def _routed(kind: str, pattern: str, keys: set[str]) -> bool:
    match kind:
        case "direct":
            return pattern in keys
        case "topic":
            return any(_topic(pattern, key) for key in keys)
    return True  # fanout; headers and plugged-in types may route anything


def _topic(pattern: str, key: str) -> bool:
    """AMQP 0-9-1: * is one word, # any number of them. A key that is a binding's own pattern stands for all it matches."""
    if pattern == key:
        return True
    words = [{"*": r"[^.]+", "#": r"\S*"}.get(word, re.escape(word)) for word in pattern.split(".")]
    expression = r"\.".join(words).replace(r"\.\S*", r"(\.\S*)?").replace(r"\S*\.", r"(\S*\.)?")
    return re.fullmatch(expression, key) is not None


__all__ = ["DeadLetters", "Name", "Queue", "dead_letter_exchange"]
