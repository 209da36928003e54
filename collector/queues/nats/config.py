"""Settings of a poller of kind nats."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from collector.http_client import Tls
from collector.queues.checked import matching
from collector.queues.selection import Selection
from domain.base import Configured
from domain.secrets import Secret

Server = Annotated[
    str,
    matching(
        r"(nats|tls|ws|wss)://[^/\s@]+",
        "is not the address of a NATS server; Write it without user and password, for example tls://host:4222",
    ),
]


class NatsSettings(Configured):
    """One account of a NATS server or cluster, JetStream on.

    Credentials are one of: `username` and `password`, `token`, `nkey_seed`, or `credentials`, the text of a .creds file.
    `streams` and `consumers` are names with * and ?. `domain` is JetStream's, for leaf nodes. `oldest: false` leaves out the
    one message fetched per consumer for its age. `broker` stands for the poller's id in what is shown.
    """

    servers: tuple[Server, ...] = Field(min_length=1)
    username: Secret | str | None = None
    password: Secret | None = None
    token: Secret | None = None
    nkey_seed: Secret | None = None
    credentials: Secret | None = None
    tls: Tls | None = None
    domain: (
        Annotated[str, matching(r"[^\s.*>]+", "is not a JetStream domain; Write one word without dots and wildcards")] | None
    ) = None
    broker: str = ""
    streams: Selection = Selection()
    consumers: Selection = Selection()
    oldest: bool = True
