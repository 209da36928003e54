"""Which OTLP metrics are which figure of which queue: what receivers of the OpenTelemetry Collector send, and one's own."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from domain.base import Configured

Figure = Literal[
    "depth", "oldest_age_seconds", "in_flight", "consumers", "publish_rate", "ack_rate", "dead_letters", "capacity"
]  # fmt: skip
# An attribute's name may hold anything but braces: messaging.destination.name, x-queue.
ATTRIBUTE = re.compile(r"\{([^{}]+)\}")


def _template(value: str) -> str:
    if not value.strip():
        raise ValueError("is empty; Name the attribute that holds it, for example {messaging.destination.name}")
    if "{" in ATTRIBUTE.sub("", value) or "}" in ATTRIBUTE.sub("", value):
        raise ValueError("has a brace without an attribute's name; Write attributes as {name}, for example {group}/{topic}")
    return value


class QueueMetric(Configured):
    """Points of the gauge or sum `metric` whose attributes match are `figure` of the queue that the template `queue` names.

    Attributes are the point's own, else its resource's; * stands for any value that is not empty. A point that lacks an
    attribute named in `queue` is of no queue. `reads`: value; counter, whose growth per second it is (the default for
    rates); timestamp, seconds since 1970 whose age it is. Points of one queue and instant add up; of ages the highest counts.
    """

    metric: str = Field(min_length=1)
    figure: Figure
    queue: Annotated[str, AfterValidator(_template)]
    broker: Annotated[str, AfterValidator(_template)] | None = None
    attributes: dict[str, str] = Field(default_factory=dict)
    reads: Literal["value", "counter", "timestamp"] | None = None
    scale: float = Field(default=1.0, gt=0)

    @property
    def read_as(self) -> str:
        return self.reads or ("counter" if self.figure in ("publish_rate", "ack_rate") else "value")


def _of(queue: str, broker: str | None, figures: dict[str, Figure], **attributes: str) -> tuple[QueueMetric, ...]:
    return tuple(
        QueueMetric(metric=metric, figure=figure, queue=queue, broker=broker, attributes=attributes)
        for metric, figure in figures.items()
    )


_RABBIT = ("{rabbitmq.queue.name}", "{rabbitmq.vhost.name}")
# As the receivers document them; old and new names stand side by side, for a point has only one of them.
SHIPPED = (
    # rabbitmqreceiver
    *_of(*_RABBIT, {"rabbitmq.message.current": "depth"}, state="ready"),
    *_of(*_RABBIT, {"rabbitmq.message.current": "in_flight"}, state="unacknowledged"),
    *_of(
        *_RABBIT,
        {"rabbitmq.consumer.count": "consumers", "rabbitmq.message.published": "publish_rate", "rabbitmq.message.acknowledged": "ack_rate"},
    ),
    # kafkametricsreceiver; a group's members are not told per topic
    *_of("{group}/{topic}", None, {"kafka.consumer_group.lag_sum": "depth"}),
    *_of("{group}", None, {"kafka.consumer_group.members": "consumers"}),
    # ActiveMQ through the JMX scraper, new names; topics keep no backlog of their own
    *_of(
        "{messaging.destination.name}", "{activemq.broker.name}",
        {
            "activemq.message.queue.size": "depth", "activemq.consumer.count": "consumers",
            "activemq.message.enqueued": "publish_rate", "activemq.message.dequeued": "ack_rate",
        },
        **{"activemq.destination.type": "queue"},
    ),
    # ActiveMQ through the older JMX Metric Gatherer
    *_of(
        "{destination}", "{broker}",
        {
            "activemq.message.current": "depth", "activemq.message.queue.size": "depth", "activemq.consumer.count": "consumers",
            "activemq.message.enqueued": "publish_rate", "activemq.message.dequeued": "ack_rate",
        },
    ),
)  # fmt: skip


def in_force(configured: tuple[QueueMetric, ...]) -> tuple[QueueMetric, ...]:
    """What is configured, and what is shipped for metrics that are not."""
    own = {mapping.metric for mapping in configured}
    return (*configured, *(mapping for mapping in SHIPPED if mapping.metric not in own))
