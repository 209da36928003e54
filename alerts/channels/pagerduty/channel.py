"""Delivery to PagerDuty."""

from __future__ import annotations

from alerts.channels.channel import Channel, Delivery, Outcome, Reader, Terms, attempted, terms_of
from alerts.channels.network import Http, Network
from alerts.channels.pagerduty.message import event
from alerts.notification import Notification
from domain.channels import PagerDutyChannel as Configured


class PagerDutyChannel:
    """202 is accepted; 400 is a malformed event and permanent; 429 and 5xx pass. An unknown outcome is sent again under its dedup_key."""

    def __init__(self, channel_id: str, url: str, routing_key: str, terms: Terms, network: Network) -> None:
        self.id = channel_id
        self.terms = terms
        self._url, self._routing_key = url, routing_key
        self._http = Http("PagerDuty", network)

    def __repr__(self) -> str:
        return f"PagerDutyChannel({self.id!r}, routing_key=***)"

    def send(self, notification: Notification) -> Delivery:
        try:
            answer = self._http.json("POST", self._url, event(notification, self._routing_key))
            return Delivery(Outcome.SENT, reference=str(answer.json().get("dedup_key", "")))
        except Exception as error:
            return attempted(error, "PagerDuty")


def build(configured: Configured, read: Reader, network: Network) -> Channel:
    """The channel as configured; ChannelSettingsMissing when its routing key is not set."""
    terms = terms_of(configured, 120, burst=60, rank=0)
    return PagerDutyChannel(configured.id, configured.url, read(configured.routing_key), terms, network)
