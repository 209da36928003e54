"""ActiveMQ, asked for the beans of its queues. Nothing is consumed; browsing leaves messages where they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from collector.queues.activemq.artemis import Artemis
from collector.queues.activemq.classic import Classic
from collector.queues.activemq.config import ActiveMqSettings
from collector.queues.activemq.jolokia import Answer, Jolokia
from collector.queues.activemq.queue import BrokerQueue
from collector.queues.instants import oldest_age
from collector.queues.poller import PollFailed, QueueReading, Setup
from collector.queues.rates import Rates


class ActiveMqPoller:
    """One reading per queue; a queue's own dead-letter queue is a figure of that queue."""

    def __init__(self, setup: Setup) -> None:
        settings: ActiveMqSettings = setup.settings
        self._settings = settings
        self._clock = setup.clock
        self._broker = settings.broker or setup.id
        self._view = Classic(settings) if settings.flavour == "classic" else Artemis(settings)
        self._rates = Rates()
        self._jolokia = Jolokia(setup)

    def sample(self) -> Sequence[QueueReading]:
        broker, beans = self._jolokia.ask([self._view.broker_request, self._view.queues_request])
        now = self._clock() if beans.at is None else datetime.fromtimestamp(beans.at, UTC)
        if broker.status != 200:
            raise self._jolokia.refused(broker)
        queues = self._view.queues(self._values(beans))
        wanted = [each for each in queues if self._settings.choice.wants(each.name) and not each.dead_letters_of]
        dead = {source: each.size for each in queues for source in each.dead_letters_of}
        oldest = self._oldest(wanted)
        at = self._clock()
        return [self._reading(each, dead, oldest.get(each.bean), now, at) for each in wanted]

    def close(self) -> None:
        self._jolokia.close()

    def _values(self, answer: Answer) -> Mapping[str, Mapping[str, Any]]:
        if answer.status == 404:
            return {}  # the broker is there, and has no queue yet
        if answer.status != 200:
            raise self._jolokia.refused(answer)
        if not isinstance(answer.value, dict) or not all(isinstance(each, dict) for each in answer.value.values()):
            raise PollFailed(f"{self._jolokia.where} answered queues in a shape not known; check flavour")
        return answer.value

    def _oldest(self, queues: Sequence[BrokerQueue]) -> dict[str, datetime | None]:
        """By bean. A user who may not browse, or a queue just deleted, leaves the age unknown."""
        filled = [each for each in queues if each.size] if self._settings.oldest else []
        answers = self._jolokia.ask(self._view.oldest_requests(filled))
        return {queue.bean: self._view.oldest(answer) for queue, answer in zip(filled, answers, strict=True)}

    def _reading(
        self, queue: BrokerQueue, dead: Mapping[str, int | None], oldest: datetime | None, now: datetime, at: datetime
    ) -> QueueReading:
        return QueueReading(
            queue=queue.name,
            broker=self._broker,
            depth=queue.depth,
            oldest_age_seconds=oldest_age(oldest, now, queue.size) if self._settings.oldest else None,
            in_flight=queue.in_flight,
            consumers=queue.consumers,
            publish_rate=self._rates.per_second((queue.bean, "added"), queue.added, at),
            ack_rate=self._rates.per_second((queue.bean, "done"), queue.done, at),
            dead_letters=queue.size if queue.holds_dead_letters else dead.get(queue.name),
            capacity=queue.capacity,
        )
