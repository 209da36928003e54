"""Delivery to a Teams workflow."""

from __future__ import annotations

import re

from alerts.channels.channel import Channel, Delivery, Outcome, Reader, Terms, attempted, terms_of
from alerts.channels.network import Http, Network, refusal
from alerts.channels.teams.message import card
from alerts.notification import Notification
from domain.channels import TeamsChannel as Configured

# Teams' own errors may come inside of a 200.
_INNER = re.compile(r"HTTP error (\d{3})")


class TeamsChannel:
    """A webhook can neither update nor thread, and takes no key: an unknown outcome may repeat once, marked."""

    def __init__(self, channel_id: str, url: str, terms: Terms, network: Network) -> None:
        self.id = channel_id
        self.terms = terms
        self._url = url
        self._http = Http("Teams", network)

    def __repr__(self) -> str:
        return f"TeamsChannel({self.id!r}, url=***)"

    def send(self, notification: Notification) -> Delivery:
        try:
            answer = self._http.json("POST", self._url, card(notification))
            if inner := _INNER.search(answer.text):
                return refusal("Teams", int(inner[1]), answer.headers, answer.text)
            return Delivery(Outcome.SENT)
        except Exception as error:
            return attempted(error, "Teams")


def build(configured: Configured, read: Reader, network: Network) -> Channel:
    """The channel as configured; ChannelSettingsMissing when its URL is not set."""
    return TeamsChannel(configured.id, read(configured.url), terms_of(configured, 120, burst=4, rank=6), network)
