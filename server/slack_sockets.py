"""Socket Mode of the Slack channels that ask for it, while the scheduler role runs."""

from __future__ import annotations

import os
from collections.abc import Callable

import structlog

from alerts import pressing
from alerts.channels.channel import ChannelSettingsMissing, Reader
from alerts.channels.network import network_of
from alerts.channels.slack.interactive import Pressed
from alerts.channels.slack.socket_mode import SocketMode, listener
from analytics.context import Context
from domain.channels import SlackBot

log = structlog.get_logger("alerts")


class SlackSockets:
    """`start` opens one link per channel with an app token, `stop` is safe without start, and twice. `context` answers the live one."""

    def __init__(self, context: Callable[[], Context]) -> None:
        self._context = context
        self._open: list[SocketMode] = []

    def start(self) -> None:
        context, read = self._context(), Reader(os.environ)
        for channel in context.configuration.channels:
            if not isinstance(channel, SlackBot):
                continue
            try:
                found = listener(channel, read, network_of(channel, context.configuration.outbound, read), self._take)
            except ChannelSettingsMissing as missing:
                log.warning("Socket Mode left out", channel=channel.id, reason=str(missing))
                continue
            if found is not None:
                found.start()
                self._open.append(found)

    def stop(self) -> None:
        while self._open:
            self._open.pop().stop()

    def _take(self, pressed: Pressed) -> None:
        pressing.ask(self._context(), pressed)
