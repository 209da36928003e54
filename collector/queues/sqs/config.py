"""Settings of a poller of kind sqs."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from collector.http_client import Tls
from collector.queues.checked import matching
from collector.queues.selection import QueueChoice
from domain.secrets import Secret


class SqsSettings(QueueChoice):
    """The queues of one account in one region.

    Without `access_key_id` or `profile` the machine's own role is used, as AWS' tools do. `role_arn` is taken on with those
    credentials. `url` replaces AWS' own address, for a private endpoint; `cloudwatch_url` and `sts_url` likewise.
    `cloudwatch` asks for ages and rates there, which AWS charges for. `count_delayed` counts messages whose delay still runs
    as waiting.
    """

    region: Annotated[str, matching(r"[a-z0-9-]+", "is not a region; Write its code, for example us-east-1")]
    url: str | None = None
    cloudwatch_url: str | None = None
    sts_url: str | None = None
    access_key_id: Secret | str | None = None
    secret_access_key: Secret | None = None
    session_token: Secret | None = None
    profile: str | None = None
    role_arn: str | None = None
    external_id: Secret | str | None = None
    tls: Tls = Tls()
    proxy: str | None = None
    cloudwatch: bool = False
    count_delayed: bool = False
    queue_limit: int = Field(default=500, ge=1, le=10_000)
