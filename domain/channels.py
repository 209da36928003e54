"""Through what people and other systems are told: one type per medium, and the network settings all of them share."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field

from domain.base import Configured, Duration, Identifier
from domain.secrets import Secret


class Outbound(Configured):
    """How every channel leaves the house, unless it says otherwise: an HTTP proxy, and the authority that signed the servers.

    proxy: a URL, as a secret where it holds a password; None: HTTPS_PROXY of the environment. ca_file: certificates in PEM that
    are trusted besides those of the machine.
    """

    proxy: Secret | str | None = None
    ca_file: str | None = None


class ChannelBase(Configured):
    """What every channel may say. per_minute None: the medium's own limit.

    `elsewhere`: channels that are told when this one could not deliver, in this order; empty: the others, most reliable first.
    They are told after `alarm_after` of vain attempts, or at once when the medium refuses; attempts end after `give_up_after`.
    """

    id: Identifier
    proxy: Secret | str | None = None
    ca_file: str | None = None
    timeout: Duration = timedelta(seconds=10)
    per_minute: int | None = Field(default=None, ge=1)
    elsewhere: tuple[Identifier, ...] = ()
    alarm_after: Duration = timedelta(minutes=10)
    give_up_after: Duration = timedelta(days=1)


class SlackWebhook(ChannelBase):
    """An incoming webhook: neither threads nor updates."""

    kind: Literal["slack_webhook"]
    url: Secret


class SlackBot(ChannelBase):
    """A bot's token: threads, updates in place and buttons. `channel` is Slack's id of it, C….

    Buttons need one of: `signing_secret` (Slack calls /api/v1/slack/interactive) or `app_token` (Socket Mode: nothing comes in).
    """

    kind: Literal["slack"]
    token: Secret
    channel: str
    signing_secret: Secret | None = None
    app_token: Secret | None = None
    api_url: str = "https://slack.com/api/"


class EmailChannel(ChannelBase):
    """SMTP. `security` is none (loopback and trusted networks), starttls or tls. A proxy is asked to CONNECT."""

    kind: Literal["email"]
    host: Secret | str
    port: int | Secret = 25
    sender: str
    security: Literal["none", "starttls", "tls"] = "none"
    username: Secret | None = None
    password: Secret | None = None
    sparkline: bool = True


class WebhookChannel(ChannelBase):
    """Our own JSON, signed with HMAC-SHA256 where a signing secret is set."""

    kind: Literal["webhook"]
    url: Secret | str
    signing_secret: Secret | None = None


class AlertmanagerChannel(ChannelBase):
    """The v2 API of Prometheus Alertmanager: `url` without /api/v2."""

    kind: Literal["alertmanager"]
    url: str
    username: Secret | None = None
    password: Secret | None = None
    token: Secret | None = None


class PagerDutyChannel(ChannelBase):
    """Events v2 with the routing key of an integration."""

    kind: Literal["pagerduty"]
    routing_key: Secret
    url: str = "https://events.pagerduty.com/v2/enqueue"


class ServiceNowChannel(ChannelBase):
    """Incidents of the Table API: `url` is the instance.

    configuration_items: interface or system → sys_id or name of its CI. change_windows: changes of these CIs are read as maintenance.
    close_code: as the instance spells it.
    """

    kind: Literal["servicenow"]
    url: str
    username: Secret | None = None
    password: Secret | None = None
    token: Secret | None = None
    caller: str = ""
    assignment_group: str = ""
    configuration_items: dict[str, str] = Field(default_factory=dict)
    close_code: str = "Resolved by caller"
    change_windows: bool = True


class TeamsChannel(ChannelBase):
    """A webhook of a Microsoft Teams workflow ("when a Teams webhook request is received")."""

    kind: Literal["teams"]
    url: Secret


class AppriseChannel(ChannelBase):
    """Any service Apprise knows: `url` in its notation, a secret because it holds the service's keys."""

    kind: Literal["apprise"]
    url: Secret


Channel = Annotated[
    SlackWebhook
    | SlackBot
    | EmailChannel
    | WebhookChannel
    | AlertmanagerChannel
    | PagerDutyChannel
    | ServiceNowChannel
    | TeamsChannel
    | AppriseChannel,
    Field(discriminator="kind"),
]
