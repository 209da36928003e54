"""Socket Mode of the Slack channels that ask for it, while the scheduler role runs."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping

import structlog

from alerts import pressing
from alerts.channels.channel import ChannelSettingsMissing, Reader
from alerts.channels.network import Network, network_of
from alerts.channels.slack.interactive import Pressed
from alerts.channels.slack.socket_mode import SocketMode
from analytics.context import Context
from domain.channels import SlackBot

log = structlog.get_logger("alerts")
# The channel, its network and its app token: another one of them is another link.
_Asked = tuple[SlackBot, Network, str]


class SlackSockets:
    """One link per channel with an app token, of the configuration that is in force; `context` answers the live one."""

    def __init__(self, context: Callable[[], Context]) -> None:
        self._context = context
        self._open: dict[str, tuple[_Asked, SocketMode]] = {}
        self._left_out: dict[str, str] = {}
        self._lock = threading.Lock()

    def keep(self) -> None:
        """Open what the configuration asks for, close what it does not ask for any more, try again what did not connect."""
        with self._lock:
            asked = self._asked()
            for channel, (opened_as, link) in list(self._open.items()):
                if asked.get(channel) != opened_as:
                    del self._open[channel]
                    link.stop()
            for channel, wanted in asked.items():
                if channel not in self._open:
                    configured, network, token = wanted
                    self._open[channel] = wanted, SocketMode(token, configured.api_url, network, self._take)
                self._open[channel][1].keep()

    def stop(self) -> None:
        """Safe without `keep`, and twice."""
        with self._lock:
            while self._open:
                self._open.popitem()[1][1].stop()

    def _asked(self) -> Mapping[str, _Asked]:
        context, read = self._context(), Reader(os.environ)
        found: dict[str, _Asked] = {}
        for channel in context.configuration.channels:
            if not isinstance(channel, SlackBot) or channel.app_token is None:
                continue
            try:
                network = network_of(channel, context.configuration.outbound, read)
                found[channel.id] = channel, network, read(channel.app_token)
                self._left_out.pop(channel.id, None)
            except ChannelSettingsMissing as missing:
                self._leave_out(channel.id, str(missing))
        return found

    def _leave_out(self, channel: str, reason: str) -> None:
        """Said once, not at every look."""
        if self._left_out.get(channel) != reason:
            self._left_out[channel] = reason
            log.warning("Socket Mode left out", channel=channel, reason=reason)

    def _take(self, pressed: Pressed) -> None:
        pressing.ask(self._context(), pressed)
