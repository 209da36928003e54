"""RabbitMQ, through its management API."""

from collector.queues.kind import Kind
from collector.queues.poller import Poller, Setup
from collector.queues.rabbitmq.config import RabbitMqSettings


def _build(setup: Setup) -> Poller:
    from collector.queues.rabbitmq.poller import RabbitMqPoller

    return RabbitMqPoller(setup)


KIND = Kind(RabbitMqSettings, _build)
