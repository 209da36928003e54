"""Delivery to a Slack incoming webhook."""

from __future__ import annotations

from slack_sdk.webhook import WebhookClient

from alerts.channels.channel import Channel, Delivery, Outcome, Reader, Terms, attempted, terms_of
from alerts.channels.network import Network, refusal
from alerts.channels.slack.message import blocks, plain, short_blocks
from alerts.channels.slack.network import unreachable
from alerts.notification import Notification
from domain.channels import SlackWebhook


class SlackWebhookChannel:
    """An incoming webhook can neither update nor thread, and gives no id: an unknown outcome may repeat once."""

    def __init__(self, channel_id: str, url: str, terms: Terms, network: Network) -> None:
        self.id = channel_id
        self.terms = terms
        self._client = WebhookClient(url, timeout=round(network.timeout) or 1, ssl=network.tls(), proxy=network.proxy)

    def __repr__(self) -> str:
        return f"SlackWebhookChannel({self.id!r}, url=***)"

    def send(self, notification: Notification) -> Delivery:
        try:
            delivery = self._post(notification, blocks(notification))
            if delivery.outcome is Outcome.REFUSED and "too_long" in delivery.detail:
                return self._post(notification, short_blocks(notification))
            return delivery
        except Exception as error:  # Whatever happens is an outcome; the URL is a secret and stays out of it.
            return unreachable(error) or attempted(error, "Slack")

    def _post(self, notification: Notification, shown: list[dict[str, object]]) -> Delivery:
        answer = self._client.send(text=plain(notification), blocks=shown, unfurl_links=False)
        if answer.status_code == 200:
            return Delivery(Outcome.SENT)
        return refusal("Slack", answer.status_code, answer.headers, answer.body or "")


def build(configured: SlackWebhook, read: Reader, network: Network) -> Channel:
    """The channel as configured; ChannelSettingsMissing when its URL is not set."""
    return SlackWebhookChannel(configured.id, read(configured.url), terms_of(configured, 60, burst=5, rank=6), network)
