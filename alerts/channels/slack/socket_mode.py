"""Buttons where nothing may come in from outside: we open a WebSocket to Slack, and they come through it."""

from __future__ import annotations

from collections.abc import Callable

import structlog
from slack_sdk import WebClient
from slack_sdk.socket_mode.builtin import SocketModeClient
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from alerts.channels.network import Network
from alerts.channels.slack.interactive import Pressed, pressed

log = structlog.get_logger("alerts")


class SocketMode:
    """`keep` connects and stays connected, `stop` is safe without it, and twice. `take` is called in a thread of its own."""

    def __init__(self, app_token: str, api_url: str, network: Network, take: Callable[[Pressed], None]) -> None:
        web = WebClient(base_url=api_url, timeout=round(network.timeout) or 1, ssl=network.tls(), proxy=network.proxy)
        self._client = SocketModeClient(app_token=app_token, web_client=web, proxy=network.proxy, ping_interval=10)
        self._client.socket_mode_request_listeners.append(self._listen)
        self._take = take
        self._begun = False

    def keep(self) -> None:
        """Connect, to be called again while Slack is away: Slack's client stays connected by itself only once it was."""
        if self._begun:
            return
        self._client.wss_uri = None  # Of an attempt that failed; it would have expired.
        try:
            self._client.connect()
            self._begun = True
        except Exception as error:
            log.warning("Slack's Socket Mode cannot be reached", reason=type(error).__name__)

    @property
    def connected(self) -> bool:
        return self._client.is_connected()

    def stop(self) -> None:
        self._client.close()

    def _listen(self, client: BaseSocketModeClient, request: SocketModeRequest) -> None:
        """Acknowledged at once, within Slack's three seconds; what was asked for is shown when it is decided."""
        client.send_socket_mode_response(SocketModeResponse(envelope_id=request.envelope_id))
        if request.type == "interactive":
            for one in pressed(request.payload):
                self._take(one)
