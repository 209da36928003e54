"""ActiveMQ Classic and Artemis, through Jolokia."""

from collector.queues.activemq.config import ActiveMqSettings
from collector.queues.kind import Kind
from collector.queues.poller import Poller, Setup


def _build(setup: Setup) -> Poller:
    from collector.queues.activemq.poller import ActiveMqPoller

    return ActiveMqPoller(setup)


KIND = Kind(ActiveMqSettings, _build)
