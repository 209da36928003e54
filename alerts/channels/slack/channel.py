"""Delivery to a Slack incoming webhook."""

from __future__ import annotations

from collections.abc import Mapping

from slack_sdk.webhook import WebhookClient

from alerts.channels.channel import Channel, Delivery, Outcome, value_of
from alerts.channels.slack.message import blocks, plain
from alerts.notification import Notification
from domain.routing import SlackWebhook

_TIMEOUT_SECONDS = 5


class SlackWebhookChannel:
    """An incoming webhook can neither update nor thread, and gives no id: an unknown outcome may repeat once."""

    def __init__(self, channel_id: str, url: str) -> None:
        self.id = channel_id
        self._url = url

    def __repr__(self) -> str:
        return f"SlackWebhookChannel({self.id!r}, url=***)"

    def send(self, notification: Notification) -> Delivery:
        client = WebhookClient(self._url, timeout=_TIMEOUT_SECONDS)
        try:
            answer = client.send(text=plain(notification), blocks=blocks(notification))
        except Exception as error:  # Whatever the network does is an outcome; the URL is a secret and stays out of it.
            return Delivery(Outcome.RETRY, f"Slack did not answer ({type(error).__name__})")
        if answer.status_code == 200:
            return Delivery(Outcome.SENT)
        if answer.status_code == 429:
            return Delivery(Outcome.RETRY, "Slack asks to slow down (429)", float(answer.headers.get("Retry-After", 30)))
        outcome = Outcome.RETRY if answer.status_code >= 500 else Outcome.REFUSED
        return Delivery(outcome, f"Slack answered {answer.status_code}: {(answer.body or '')[:100]}")


def build(configured: SlackWebhook, environment: Mapping[str, str]) -> Channel:
    """The channel as configured; ChannelSettingsMissing when its URL is not set."""
    return SlackWebhookChannel(configured.id, value_of(configured.url, environment))
