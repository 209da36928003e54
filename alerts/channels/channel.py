"""What every channel is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from alerts.notification import Notification
from domain.secrets import Secret, SecretMissing


class Outcome(StrEnum):
    """sent: accepted. retry: may work later. refused: will never work as it is."""

    SENT = "sent"
    RETRY = "retry"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Delivery:
    """What came of an attempt. `detail` is for people and holds no secret. retry_after: seconds the other side asked for."""

    outcome: Outcome
    detail: str = ""
    retry_after: float | None = None


class Channel(Protocol):
    """`send` makes one attempt within seconds and never raises: whatever happens is a Delivery."""

    @property
    def id(self) -> str: ...

    def send(self, notification: Notification) -> Delivery: ...


class ChannelSettingsMissing(Exception):
    """A secret of the channel is not set; the message names where it was looked for."""


def value_of(secret: Secret, environment: Mapping[str, str]) -> str:
    """The secret's value; ChannelSettingsMissing names the variable or file when it is not there."""
    try:
        return secret.reveal(environment)
    except SecretMissing as error:
        raise ChannelSettingsMissing(str(error)) from error
