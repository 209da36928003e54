"""Settings of a poller of kind activemq."""

from __future__ import annotations

from typing import Annotated, Literal

from collector.http_client import HttpSettings
from collector.queues.checked import matching
from collector.queues.selection import QueueChoice


class ActiveMqSettings(HttpSettings, QueueChoice):
    """`url` is Jolokia's: Classic http://host:8161/api/jolokia, Artemis http://host:8161/console/jolokia.

    `broker_name` chooses among several brokers of one Java process. `origin` is the page the requests claim to come from, the
    url's own when left out. `dead_letter_queues` are names with * and ? of queues that hold dead letters; one named prefix +
    queue, with a prefix of `dead_letter_prefixes`, holds those of that queue. Artemis tells both itself. `oldest` asks for
    the first message of each queue to learn its age.
    """

    flavour: Literal["classic", "artemis"] = "classic"
    broker_name: Annotated[
        str, matching(r'[^",=:\n]+', "is not the name of a broker; Write its brokerName, or * for every one")
    ] = "*"
    origin: str | None = None
    dead_letter_queues: tuple[str, ...] = ("ActiveMQ.DLQ", "ActiveMQ.DLQ.*", "DLQ.*")
    dead_letter_prefixes: tuple[str, ...] = ("ActiveMQ.DLQ.Queue.", "DLQ.")
    oldest: bool = True
