"""Settings of a poller of kind nextgen."""

from __future__ import annotations

from collector.http_client import HttpSettings
from collector.queues.selection import QueueChoice
from domain.secrets import Secret


class NextGenSettings(HttpSettings, QueueChoice):
    """`url` is the server's, without /api: https://host:8443. `username` and `password` sign in as a person does.

    `queues` and `exclude` are names of channels. `connectors` makes each destination a queue, named channel/destination.
    """

    username: Secret | str
    password: Secret
    connectors: bool = False
