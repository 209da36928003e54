"""Who is told, and through what."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from domain.base import Configured, Identifier
from domain.secrets import Secret
from domain.slas import Severity


class SlackWebhook(Configured):
    kind: Literal["slack_webhook"]
    id: Identifier
    url: Secret


class EmailChannel(Configured):
    """SMTP. `security` is none (loopback and trusted networks), starttls or tls."""

    kind: Literal["email"]
    id: Identifier
    host: Secret | str
    port: int | Secret = 25
    sender: str
    security: Literal["none", "starttls", "tls"] = "none"
    username: Secret | None = None
    password: Secret | None = None


Channel = Annotated[SlackWebhook | EmailChannel, Field(discriminator="kind")]


class RouteMatch(Configured):
    """All that are given must hold; nothing given matches everything."""

    min_severity: Severity = Severity.INFO
    failure_classes: tuple[Identifier, ...] = ()
    interfaces: tuple[Identifier, ...] = ()
    facilities: tuple[Identifier, ...] = ()
    slas: tuple[Identifier, ...] = ()
    flows: tuple[Identifier, ...] = ()


class Route(Configured):
    """First matching route wins unless it says `continue`. `to` names people for mail; empty: the owner."""

    id: Identifier
    match: RouteMatch = RouteMatch()
    channels: tuple[Identifier, ...] = Field(min_length=1)
    to: tuple[Identifier, ...] = ()
    go_on: bool = Field(default=False, alias="continue")
