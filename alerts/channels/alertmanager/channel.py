"""Delivery to Alertmanager. Pushing the same alert again changes nothing there: an unknown outcome is simply pushed again."""

from __future__ import annotations

from typing import Any

from alerts.channels.alertmanager.message import alert, superseded
from alerts.channels.channel import Channel, Delivery, Outcome, Reader, Terms, attempted, terms_of
from alerts.channels.network import Http, Network
from alerts.notification import Notification
from domain.channels import AlertmanagerChannel as Configured


class AlertmanagerChannel:
    """`POST /api/v2/alerts`; 400 means that it will never take it."""

    def __init__(self, channel_id: str, url: str, sign_in: dict[str, Any], terms: Terms, network: Network) -> None:
        self.id = channel_id
        self.terms = terms
        self._url = f"{url.rstrip('/')}/api/v2/alerts"
        self._sign_in = sign_in
        self._http = Http("Alertmanager", network)

    def __repr__(self) -> str:
        return f"AlertmanagerChannel({self.id!r})"

    def send(self, notification: Notification) -> Delivery:
        try:
            ended = superseded(notification) if notification.resolved or notification.kind == "severity raised" else []
            self._http.json("POST", self._url, [alert(notification), *ended], **self._sign_in)
            return Delivery(Outcome.SENT)
        except Exception as error:
            return attempted(error, "Alertmanager")


def build(configured: Configured, read: Reader, network: Network) -> Channel:
    """The channel as configured; ChannelSettingsMissing when a secret it names is not set."""
    sign_in: dict[str, Any] = {}
    if configured.token is not None:
        sign_in = {"headers": {"Authorization": f"Bearer {read(configured.token)}"}}
    elif configured.username is not None:
        sign_in = {"auth": (read(configured.username), read(configured.password))}
    return AlertmanagerChannel(configured.id, configured.url, sign_in, terms_of(configured, 6000, burst=1000, rank=2), network)
