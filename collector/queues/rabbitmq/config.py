"""Settings of a poller of kind rabbitmq."""

from __future__ import annotations

from datetime import timedelta

from pydantic import Field

from collector.http_client import HttpSettings
from domain.base import Duration


class RabbitMqSettings(HttpSettings):
    """`url` is the management API's, without /api. The user needs the tag `monitoring` (or `management` for its own vhosts).

    `queues` and `exclude` are names with * and ?. `broker` stands for the poller's id in what is shown.
    `dead_letter_queues` are names, with * and ?, of queues that hold dead letters without any queue being bound to them;
    those that are bound through a dead-letter exchange are found, every `topology_every`.
    """

    vhosts: tuple[str, ...] = ()
    queues: tuple[str, ...] = ("*",)
    exclude: tuple[str, ...] = ()
    exclusive: bool = False
    broker: str = ""
    dead_letter_queues: tuple[str, ...] = ()
    topology_every: Duration = timedelta(minutes=10)
    page_size: int = Field(default=500, ge=1, le=500)
