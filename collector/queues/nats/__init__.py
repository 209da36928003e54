"""NATS JetStream consumers."""

from collector.queues.kind import Kind
from collector.queues.nats.config import NatsSettings
from collector.queues.poller import Poller, Setup


def _build(setup: Setup) -> Poller:
    from collector.queues.nats.poller import NatsPoller

    return NatsPoller(setup)


KIND = Kind(NatsSettings, _build)
