"""Azure Service Bus queues and subscriptions."""

from collector.queues.kind import Kind
from collector.queues.poller import Poller, Setup
from collector.queues.service_bus.config import ServiceBusSettings


def _build(setup: Setup) -> Poller:
    from collector.queues.service_bus.poller import ServiceBusPoller

    return ServiceBusPoller(setup)


KIND = Kind(ServiceBusSettings, _build)
