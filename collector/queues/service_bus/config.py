"""Settings of a poller of kind service_bus."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from collector.http_client import Tls
from collector.queues.checked import matching
from collector.queues.selection import QueueChoice
from domain.secrets import Secret


class ServiceBusSettings(QueueChoice):
    """One namespace, by `connection_string`, or by `namespace` with `key_name` and `key` of a shared access policy.

    `queues` and `exclude` are names of queues, and of subscriptions as topic/subscription. `subscriptions: false` leaves
    those out. `count_scheduled` counts messages whose time has not come as waiting.
    """

    namespace: (
        Annotated[
            str,
            matching(r"[A-Za-z0-9.-]+(:\d+)?", "is not the host of a namespace; Write for example name.servicebus.windows.net"),
        ]
        | None
    ) = None
    key_name: str | None = None
    key: Secret | None = None
    connection_string: Secret | None = None
    tls: Tls = Tls()
    proxy: str | None = None
    subscriptions: bool = True
    count_scheduled: bool = False
    queue_limit: int = Field(default=1_000, ge=1, le=100_000)
