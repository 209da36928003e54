"""ActiveMQ Classic's view of a queue. https://activemq.apache.org/components/classic/documentation/jmx"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Any

from collector.queues.activemq.config import ActiveMqSettings
from collector.queues.activemq.jolokia import Answer, Request
from collector.queues.activemq.queue import BrokerQueue, count, text
from collector.queues.instants import instant_of

_ATTRIBUTES = ["Name", "QueueSize", "InFlightCount", "ConsumerCount", "EnqueueCount", "DequeueCount", "DLQ"]


class Classic:
    """Which beans to ask for, and how to read them."""

    def __init__(self, settings: ActiveMqSettings) -> None:
        self._settings = settings
        self.broker_request: Request = {
            "type": "read", "mbean": f"org.apache.activemq:type=Broker,brokerName={settings.broker_name}", "attribute": ["BrokerName"]
        }  # fmt: skip
        self.queues_request: Request = {
            "type": "read",
            "mbean": f"org.apache.activemq:type=Broker,brokerName={settings.broker_name},destinationType=Queue,destinationName=*",
            "attribute": _ATTRIBUTES,
        }

    def queues(self, beans: Mapping[str, Mapping[str, Any]]) -> list[BrokerQueue]:
        found = [(bean, values) for bean, values in beans.items() if text(values, "Name")]
        names = {text(values, "Name") for _, values in found}
        return [self._queue(bean, values, names) for bean, values in found]

    def _queue(self, bean: str, values: Mapping[str, Any], names: set[str]) -> BrokerQueue:
        name, size, in_flight = text(values, "Name"), count(values, "QueueSize"), count(values, "InFlightCount")
        dead = values.get("DLQ") is True or any(fnmatchcase(name, each) for each in self._settings.dead_letter_queues)
        return BrokerQueue(
            bean=bean,
            name=name,
            size=size,
            in_flight=in_flight,
            consumers=count(values, "ConsumerCount"),
            added=count(values, "EnqueueCount"),
            done=count(values, "DequeueCount"),
            holds_dead_letters=dead,
            dead_letters_of=self._sources(name, names) if dead else (),
        )

    def _sources(self, name: str, names: set[str]) -> tuple[str, ...]:
        """The queue whose own dead-letter queue this is; none for the shared one, or when that queue is gone."""
        rests = (name.removeprefix(each) for each in self._settings.dead_letter_prefixes if name.startswith(each))
        return tuple(rest for rest in rests if rest in names)[:1]

    def oldest_requests(self, queues: Sequence[BrokerQueue]) -> list[Request]:
        """Browsing sends back up to a page of messages; Jolokia cuts the list after the first."""
        options = {"maxCollectionSize": "1", "maxDepth": "3", "ignoreErrors": "true"}
        return [{"type": "exec", "mbean": each.bean, "operation": "browse()", "config": options} for each in queues]

    def oldest(self, answer: Answer) -> datetime | None:
        """When the first message was sent, by its sender's clock. Nothing else of the message is looked at."""
        messages = answer.value
        first = messages[0] if answer.status == 200 and isinstance(messages, list) and messages else None
        return instant_of(first.get("JMSTimestamp")) if isinstance(first, dict) else None
