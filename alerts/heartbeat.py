"""The dead man's switch: an address outside that is called as long as alerting works, and that alarms when the calls stay away."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

import structlog

from alerts.channels.channel import ChannelSettingsMissing, Reader
from alerts.channels.network import Network
from domain.alerting import Heartbeat as Configured
from domain.channels import Outbound
from domain.clock import Clock

log = structlog.get_logger("alerts")
_TIMEOUT_SECONDS = 10.0


class Heartbeat:
    """`beat` calls the address when its time has come and alerting looked lately; it never raises. `looked`: when the last round of
    alerting went well, None before the first. The address is a secret and stays out of log and repr."""

    def __init__(
        self, configured: Configured, url: str, network: Network, clock: Clock, looked: Callable[[], datetime | None]
    ) -> None:
        self._configured = configured
        self._url = url
        self._network = network
        self._clock = clock
        self._looked = looked
        self._last: datetime | None = None

    def beat(self) -> bool:
        """Whether the address was called and answered well; False also while it is not yet time."""
        now, looked = self._clock(), self._looked()
        if self._last is not None and now - self._last < self._configured.every:
            return False
        if looked is None or now - looked > self._configured.late_after:
            log.warning("no heartbeat sent", reason="alerting has not looked lately", looked=str(looked))
            return False
        try:
            with self._network.client(self._network.tls()) as client:
                answer = client.post(self._url, json={"alerting": "works", "looked": looked.isoformat()})
        except Exception as error:  # Whatever the network does; its words may hold the address.
            log.warning("heartbeat not taken", reason=type(error).__name__)
            return False
        if not answer.is_success:
            log.warning("heartbeat not taken", reason=f"answered {answer.status_code}")
            return False
        self._last = now
        return True


def build(
    configured: Configured | None,
    outbound: Outbound,
    environment: Mapping[str, str],
    clock: Clock,
    looked: Callable[[], datetime | None],
) -> Heartbeat | None:
    """The switch as configured; None without one, or when its address is not set, which a warning says."""
    if configured is None:
        return None
    read = Reader(environment)
    try:
        url, proxy = read(configured.url) or "", read(outbound.proxy) or None
    except ChannelSettingsMissing as missing:
        log.warning("heartbeat left out", reason=str(missing))
        return None
    return Heartbeat(configured, url, Network(_TIMEOUT_SECONDS, proxy, outbound.ca_file), clock, looked)
