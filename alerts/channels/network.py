"""How channels reach the world: proxy, private authorities, time-outs, and what an HTTP answer means for a message."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from alerts.channels.channel import ChannelSettingsMissing, Delivery, Failed, Outcome, Reader
from domain.channels import ChannelBase, Outbound

# Nothing was accepted: the connection was never made, or the far side said that it could not.
_NEVER_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.InvalidURL,
)
_LATER = {408, 425, 429, 500, 503}
_PERHAPS = {502, 504}  # a gateway gave up; what is behind it may have accepted


@dataclass(frozen=True, slots=True)
class Network:
    """proxy: URL or None; it may hold a password and stays out of repr. timeout: seconds."""

    timeout: float
    proxy: str | None = field(default=None, repr=False)
    ca_file: str | None = None

    def tls(self) -> ssl.SSLContext:
        """Trusts the machine's authorities and the configured one."""
        context = ssl.create_default_context()
        if self.ca_file:
            context.load_verify_locations(cafile=self.ca_file)
        return context

    def client(self, tls: ssl.SSLContext) -> httpx.Client:
        """Without a proxy of its own it follows HTTPS_PROXY and NO_PROXY of the environment. Redirects are not followed."""
        return httpx.Client(timeout=self.timeout, verify=tls, proxy=self.proxy or None, headers={"User-Agent": "supplyscope"})


def network_of(configured: ChannelBase, outbound: Outbound, read: Reader) -> Network:
    """The channel's settings before the general ones; ChannelSettingsMissing when a file or secret named is not there."""
    network = Network(
        timeout=configured.timeout.total_seconds(),
        proxy=read(configured.proxy) or read(outbound.proxy) or None,
        ca_file=configured.ca_file or outbound.ca_file,
    )
    try:
        network.tls()
    except (OSError, ssl.SSLError) as error:
        raise ChannelSettingsMissing(
            f"ca_file {network.ca_file} holds no certificates that can be read ({type(error).__name__}); name a file in PEM"
        ) from error
    return network


class Http:
    """Requests of one channel, a connection each: messages are few, and a kept one may have died unnoticed.

    `medium` is how messages about failures call the far side.
    """

    def __init__(self, medium: str, network: Network) -> None:
        self._medium = medium
        self._network = network
        self._tls = network.tls()

    def json(self, method: str, url: str, body: Any = None, **options: Any) -> httpx.Response:
        """An answer of 2xx; everything else is raised as Failed. The URL may be a secret and is never repeated."""
        return self.checked(lambda client: client.request(method, url, json=body, **options))

    def content(self, url: str, content: bytes, headers: Mapping[str, str]) -> httpx.Response:
        """POST of bytes as they are."""
        return self.checked(lambda client: client.post(url, content=content, headers=dict(headers)))

    def checked(self, request: Callable[[httpx.Client], httpx.Response]) -> httpx.Response:
        try:
            with self._network.client(self._tls) as client:
                answer = request(client)
        except _NEVER_SENT as error:
            raise Failed(Delivery(Outcome.RETRY, f"{self._medium} cannot be reached ({type(error).__name__})")) from None
        except (httpx.HTTPError, ssl.SSLError) as error:
            raise Failed(Delivery(Outcome.UNKNOWN, f"{self._medium} did not answer ({type(error).__name__})")) from None
        if not answer.is_success:
            raise Failed(refusal(self._medium, answer.status_code, answer.headers, answer.text))
        return answer


def refusal(medium: str, status: int, headers: Mapping[str, str], text: str = "") -> Delivery:
    """What a status other than 2xx means."""
    said = f"{medium} answered {status}" + (f": {' '.join(text.split())[:200]}" if text else "")
    if status in _PERHAPS:
        return Delivery(Outcome.UNKNOWN, said, retry_after(headers))
    if status in _LATER or status > 504:
        return Delivery(Outcome.RETRY, said, retry_after(headers))
    return Delivery(Outcome.REFUSED, said)


def retry_after(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """Seconds of a Retry-After, in seconds or as a date (RFC 9110, 10.2.3); None without one that can be read."""
    given = next((value for name, value in headers.items() if name.lower() == "retry-after"), "").strip()
    if not given:
        return None
    try:
        return max(0.0, float(given))
    except ValueError:
        pass
    try:
        at = parsedate_to_datetime(given)
    except ValueError:
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return max(0.0, (at - (now or datetime.now(UTC))).total_seconds())
