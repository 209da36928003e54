"""Settings of a poller of kind ibm_mq."""

from __future__ import annotations

from typing import Annotated, Literal

from collector.http_client import HttpSettings
from collector.queues.checked import matching
from collector.queues.selection import QueueChoice

QueueManager = Annotated[
    str,
    matching(r"[A-Za-z0-9._/%]{1,48}", "is not the name of a queue manager; Use up to 48 letters, digits, dots, _, / and %"),
]


class IbmMqSettings(HttpSettings, QueueChoice):
    """`url` is the mqweb server's: https://host:9443. `api` v1 is for MQ 9.0 to 9.2, v2 from 9.1.5, v3 from 9.3.

    `gateway` is the queue manager a remote one is asked through. `dead_letter_queues` are names with * and ? of queues all of
    whose messages are dead letters; they are read whatever `exclude` says.
    """

    queue_manager: QueueManager
    api: Literal["v1", "v2", "v3"] = "v3"
    gateway: QueueManager | None = None
    exclude: tuple[str, ...] = ("SYSTEM.*", "AMQ.*")
    dead_letter_queues: tuple[str, ...] = ("SYSTEM.DEAD.LETTER.QUEUE",)
