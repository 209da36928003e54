"""Kafka: the lag of consumer groups."""

from collector.queues.kafka.config import KafkaSettings
from collector.queues.kind import Kind
from collector.queues.poller import Poller, Setup


def _build(setup: Setup) -> Poller:
    from collector.queues.kafka.poller import KafkaPoller

    return KafkaPoller(setup)


KIND = Kind(KafkaSettings, _build)
