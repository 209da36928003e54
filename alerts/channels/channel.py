"""What every channel is, and what can come of sending."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Protocol

from alerts.notification import Notification
from domain.channels import ChannelBase
from domain.secrets import Secret, SecretMissing


class Outcome(StrEnum):
    """sent: accepted. retry: not accepted, may be later. unknown: nobody knows whether it was. refused: will never be as it is."""

    SENT = "sent"
    RETRY = "retry"
    UNKNOWN = "unknown"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Delivery:
    """What came of an attempt. `detail` is for people and holds no secret. retry_after: seconds the other side asked for.

    reference: by what the medium knows the message (a Slack timestamp, a ServiceNow sys_id); later messages of the incident get it.
    """

    outcome: Outcome
    detail: str = ""
    retry_after: float | None = None
    reference: str = ""


class Failed(Exception):
    """An attempt that did not succeed; `delivery` says how."""

    def __init__(self, delivery: Delivery) -> None:
        super().__init__(delivery.detail)
        self.delivery = delivery


@dataclass(frozen=True, slots=True)
class Terms:
    """How the outbox treats a channel. per_minute: messages, of which `burst` may go at once. per_person: one message for each.

    alarm_after, give_up_after, elsewhere: as configured. rank: which channel is asked first when another cannot deliver (0 first).
    """

    per_minute: int
    burst: int = 1
    per_person: bool = False
    alarm_after: timedelta = timedelta(minutes=10)
    give_up_after: timedelta = timedelta(days=1)
    elsewhere: tuple[str, ...] = ()
    rank: int = 5


class Channel(Protocol):
    """`send` makes one attempt within seconds and never raises: whatever happens is a Delivery. Attempts of a channel do not overlap."""

    @property
    def id(self) -> str: ...

    @property
    def terms(self) -> Terms: ...

    def send(self, notification: Notification) -> Delivery: ...


class ChannelSettingsMissing(Exception):
    """A secret or file of the channel is not there; the message names where it was looked for."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Values of a channel's configuration as text, secrets from environment or file."""

    environment: Mapping[str, str]

    def __call__(self, value: Secret | str | int | None) -> str:
        """The value, "" for None; ChannelSettingsMissing names the variable or file when it is not there."""
        return value_of(value, self.environment) if isinstance(value, Secret) else "" if value is None else str(value)


def value_of(secret: Secret, environment: Mapping[str, str]) -> str:
    """The secret's value; ChannelSettingsMissing names the variable or file when it is not there."""
    try:
        return secret.reveal(environment)
    except SecretMissing as error:
        raise ChannelSettingsMissing(str(error)) from error


def terms_of(configured: ChannelBase, per_minute: int, *, burst: int = 1, rank: int = 5, per_person: bool = False) -> Terms:
    """The medium's limits unless the configuration is stricter or wider."""
    return Terms(
        per_minute=configured.per_minute or per_minute,
        burst=min(burst, configured.per_minute or burst),
        per_person=per_person,
        alarm_after=configured.alarm_after,
        give_up_after=configured.give_up_after,
        elsewhere=configured.elsewhere,
        rank=rank,
    )


def attempted(error: Exception, medium: str) -> Delivery:
    """What an exception means: a Failed says it itself; anything else may have happened after acceptance."""
    if isinstance(error, Failed):
        return error.delivery
    return Delivery(Outcome.UNKNOWN, f"{medium} did not answer as expected ({type(error).__name__})")
