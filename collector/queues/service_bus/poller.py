"""Azure Service Bus, asked for the runtime properties of its queues and subscriptions. No message is received or peeked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from collector.queues.poller import PollFailed, QueueReading, Setup
from collector.queues.service_bus.client import asked, management, where
from collector.queues.service_bus.config import ServiceBusSettings


class ServiceBusPoller:
    """One reading per queue, and one per subscription, named topic/subscription."""

    def __init__(self, setup: Setup) -> None:
        settings: ServiceBusSettings = setup.settings
        self._settings = settings
        self._broker = settings.broker or setup.id
        self._where = where(settings)
        self._client = management(setup)

    def sample(self) -> Sequence[QueueReading]:
        readings = []
        for name, properties in self._entities():
            if self._settings.choice.wants(name):
                readings.append(self._reading(name, properties))
            if len(readings) > self._settings.queue_limit:
                raise PollFailed(
                    f"{self._where} has more queues of these names than queue_limit {self._settings.queue_limit}; "
                    "narrow queues, or raise it"
                )
        return readings

    def close(self) -> None:
        self._client.close()

    def _entities(self) -> Iterator[tuple[str, Any]]:
        for queue in self._all(self._client.list_queues_runtime_properties()):
            yield queue.name, queue
        if self._settings.subscriptions:
            for topic in self._all(self._client.list_topics()):
                for each in self._all(self._client.list_subscriptions_runtime_properties(topic.name)):
                    yield f"{topic.name}/{each.name}", each

    def _all(self, pages: Iterable[Any]) -> list[Any]:
        return asked(self._where, lambda: list(pages))

    def _reading(self, name: str, properties: Any) -> QueueReading:
        depth, scheduled = _count(properties, "active_message_count"), _count(properties, "scheduled_message_count")
        if self._settings.count_scheduled:
            depth = None if depth is None or scheduled is None else depth + scheduled
        dead = _count(properties, "dead_letter_message_count")
        transfer = _count(properties, "transfer_dead_letter_message_count")
        return QueueReading(
            queue=name,
            broker=self._broker,
            depth=depth,
            dead_letters=None if dead is None else dead + (transfer or 0),
        )


def _count(properties: Any, name: str) -> int | None:
    """The library fails on its own property when the answer lacks the counts, or one of them."""
    try:
        value = getattr(properties, name)
    except AttributeError:
        return None
    return value if isinstance(value, int) and value >= 0 else None
