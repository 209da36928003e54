"""Delivery to any HTTP receiver."""

from __future__ import annotations

import time

from alerts.channels.channel import Channel, Delivery, Outcome, Reader, Terms, attempted, terms_of
from alerts.channels.network import Http, Network
from alerts.channels.webhook.message import body, signature
from alerts.notification import Notification
from domain.channels import WebhookChannel as Configured


class WebhookChannel:
    """The notification's id is the idempotency key: a repeat carries the same one, and says that it may be one."""

    def __init__(self, channel_id: str, url: str, secret: str, terms: Terms, network: Network) -> None:
        self.id = channel_id
        self.terms = terms
        self._url, self._secret = url, secret
        self._http = Http("the webhook", network)

    def __repr__(self) -> str:
        return f"WebhookChannel({self.id!r}, url=***)"

    def send(self, notification: Notification) -> Delivery:
        try:
            content, now = body(notification), int(time.time())
            self._http.content(self._url, content, self._headers(notification, content, now))
            return Delivery(Outcome.SENT)
        except Exception as error:
            return attempted(error, "the webhook")

    def _headers(self, notification: Notification, content: bytes, now: int) -> dict[str, str]:
        key = notification.notification_id
        signed = {"Webhook-Signature": signature(self._secret, key, now, content)} if self._secret else {}
        repeat = {"Supplyscope-Possible-Repeat": "true"} if notification.again else {}
        identity = {"Webhook-Id": key, "Webhook-Timestamp": str(now), "Idempotency-Key": key}
        return {"Content-Type": "application/json", **identity, **signed, **repeat}


def build(configured: Configured, read: Reader, network: Network) -> Channel:
    """The channel as configured; ChannelSettingsMissing when a secret it names is not set."""
    terms = terms_of(configured, 600, burst=50, rank=3)
    return WebhookChannel(configured.id, read(configured.url), read(configured.signing_secret), terms, network)
