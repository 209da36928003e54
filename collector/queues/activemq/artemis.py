"""ActiveMQ Artemis' view of a queue. https://activemq.apache.org/components/artemis/documentation/latest/management.html"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from collector.queues.activemq.config import ActiveMqSettings
from collector.queues.activemq.jolokia import Answer, Request
from collector.queues.activemq.queue import BrokerQueue, count, text
from collector.queues.instants import instant_of

_ATTRIBUTES = [
    "Name", "Address", "MessageCount", "DeliveringCount", "ConsumerCount", "MessagesAdded", "MessagesAcknowledged", "DeadLetterAddress",
    "InternalQueue", "RingSize",
]  # fmt: skip
_QUEUE = re.compile(r'queue="([^"]*)"')


class Artemis:
    """Which beans to ask for, and how to read them. Names in beans are quoted, and a * outside of quotes is a pattern."""

    def __init__(self, settings: ActiveMqSettings) -> None:
        name = settings.broker_name
        broker = "*" if name == "*" else f'"{name}"'
        self.broker_request: Request = {
            "type": "read", "mbean": f"org.apache.activemq.artemis:broker={broker}", "attribute": ["Name"]
        }  # fmt: skip
        self.queues_request: Request = {
            "type": "read",
            "mbean": f"org.apache.activemq.artemis:broker={broker},component=addresses,subcomponent=queues,*",
            "attribute": _ATTRIBUTES,
        }

    def queues(self, beans: Mapping[str, Mapping[str, Any]]) -> list[BrokerQueue]:
        """Queues the broker made for itself are left out."""
        found = [
            (bean, values) for bean, values in beans.items() if values.get("InternalQueue") is not True and _name(bean, values)
        ]
        sources: dict[str, list[str]] = {}
        for bean, values in found:
            if target := text(values, "DeadLetterAddress"):
                sources.setdefault(target, []).append(_name(bean, values))
        return [self._queue(bean, values, sources) for bean, values in found]

    def _queue(self, bean: str, values: Mapping[str, Any], sources: Mapping[str, Sequence[str]]) -> BrokerQueue:
        address = text(values, "Address")
        whose = sources.get(address, ())
        ring = count(values, "RingSize")
        return BrokerQueue(
            bean=bean,
            name=_name(bean, values),
            size=count(values, "MessageCount"),
            in_flight=count(values, "DeliveringCount"),
            consumers=count(values, "ConsumerCount"),
            added=count(values, "MessagesAdded"),
            done=count(values, "MessagesAcknowledged"),
            holds_dead_letters=address in sources,
            # An address most queues share tells nothing about any one of them.
            dead_letters_of=tuple(whose) if len(whose) == 1 else (),
            capacity=ring or None,
        )

    def oldest_requests(self, queues: Sequence[BrokerQueue]) -> list[Request]:
        return [{"type": "read", "mbean": each.bean, "attribute": "FirstMessageTimestamp"} for each in queues]

    def oldest(self, answer: Answer) -> datetime | None:
        value = answer.value if answer.status == 200 else None
        return instant_of(value) if isinstance(value, int) else None


def _name(bean: str, values: Mapping[str, Any]) -> str:
    if name := text(values, "Name"):
        return name
    found = _QUEUE.search(bean)
    return found[1] if found else ""
