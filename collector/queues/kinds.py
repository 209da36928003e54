"""Every kind of poller there is. A new one is a folder here and a line below."""

from __future__ import annotations

from collections.abc import Mapping

from collector.queues import activemq, directory, ibm_mq, kafka, nats, nextgen, prometheus, rabbitmq, redis, service_bus, sql, sqs
from collector.queues.kind import Kind
from domain.pollers import SettingsOfKind

KINDS: Mapping[str, Kind] = {
    "kafka": kafka.KIND,
    "prometheus": prometheus.KIND,
    "rabbitmq": rabbitmq.KIND,
    "redis": redis.KIND,
    "nats": nats.KIND,
    "directory": directory.KIND,
    "sql": sql.KIND,
    "sqs": sqs.KIND,
    "activemq": activemq.KIND,
    "nextgen": nextgen.KIND,
    "ibm_mq": ibm_mq.KIND,
    "service_bus": service_bus.KIND,
}


def settings_of_kind() -> SettingsOfKind:
    """What domain.loader needs to check the settings of pollers."""
    return {name: kind.settings for name, kind in KINDS.items()}
