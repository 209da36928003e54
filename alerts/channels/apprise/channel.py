"""Delivery through Apprise."""

from __future__ import annotations

import json
import os
import subprocess
import sys

from alerts.channels.apprise.bridge import ACCEPTED, NO_ADDRESS, NOT_ACCEPTED
from alerts.channels.channel import Channel, Delivery, Outcome, Reader, Terms, attempted, terms_of
from alerts.channels.network import Network
from alerts.channels.text import fitted, footer, plain, word
from alerts.notification import Notification
from domain.channels import AppriseChannel as Configured

# Apprise splits or cuts by the service's own limit; this is the smallest that still tells everything in most of them.
_TITLE, _BODY = 200, 2000
_TYPES = {"critical": "failure", "warning": "warning", "info": "info", "resolved": "success"}
_STARTING = 20  # seconds a process may need to start on a busy machine


class AppriseChannel:
    """Apprise says accepted or not and never why, so nothing is permanent but an address it does not know."""

    def __init__(self, channel_id: str, url: str, terms: Terms, network: Network) -> None:
        self.id = channel_id
        self.terms = terms
        self._url, self._network = url, network

    def __repr__(self) -> str:
        return f"AppriseChannel({self.id!r}, url=***)"

    def send(self, notification: Notification) -> Delivery:
        try:
            done = subprocess.run(
                [sys.executable, "-m", "alerts.channels.apprise.bridge"], input=self._asked(notification), env=self._environment(),
                timeout=self._network.timeout + _STARTING, capture_output=True, check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return Delivery(Outcome.UNKNOWN, "Apprise's service did not answer in time")
        except Exception as error:
            return attempted(error, "Apprise")
        return _outcome(done.returncode)

    def _asked(self, notification: Notification) -> bytes:
        body = plain(notification, _BODY - 200) + "\n\n" + fitted(footer(notification), 190)
        title = fitted(f"[{word(notification)}] {notification.headline}", _TITLE)
        asked = {"url": self._url, "title": title, "body": body, "type": _TYPES.get(word(notification), "info")}
        return json.dumps(asked).encode()

    def _environment(self) -> dict[str, str]:
        network = self._network
        proxy = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"), network.proxy) if network.proxy else {}
        authority = {"REQUESTS_CA_BUNDLE": network.ca_file, "SSL_CERT_FILE": network.ca_file} if network.ca_file else {}
        return {**os.environ, **{k: v for k, v in {**proxy, **authority}.items() if v}}


def _outcome(code: int) -> Delivery:
    if code == ACCEPTED:
        return Delivery(Outcome.SENT)
    if code == NO_ADDRESS:
        return Delivery(Outcome.REFUSED, "the url is of no service that Apprise knows; see its notation for the service")
    if code == NOT_ACCEPTED:
        return Delivery(Outcome.UNKNOWN, "Apprise's service did not accept it; Apprise does not say why")
    return Delivery(Outcome.RETRY, f"Apprise ended with {code}")


def build(configured: Configured, read: Reader, network: Network) -> Channel:
    """The channel as configured; ChannelSettingsMissing when its URL is not set."""
    return AppriseChannel(configured.id, read(configured.url), terms_of(configured, 20, burst=5, rank=7), network)
