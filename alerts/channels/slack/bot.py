"""Delivery as a Slack bot: one message an incident, kept up to date in place, its news in the thread."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from alerts.channels.channel import Channel, Delivery, Outcome, Reader, Terms, attempted, terms_of
from alerts.channels.network import Network
from alerts.channels.slack.message import blocks, metadata, plain, short_blocks
from alerts.channels.slack.network import refused, unreachable
from alerts.notification import Notification
from domain.channels import SlackBot

_PAGE, _PAGES = 200, 10
_EARLIER = timedelta(minutes=1)  # clocks of two machines


class SlackBotChannel:
    """Before an unknown outcome is sent again, the channel's history is asked for it by message metadata: nothing is doubled."""

    def __init__(self, channel_id: str, client: WebClient, channel: str, terms: Terms, interactive: bool) -> None:
        self.id = channel_id
        self.terms = terms
        self._client = client
        self._channel = channel
        self._interactive = interactive

    def __repr__(self) -> str:
        return f"SlackBotChannel({self.id!r}, token=***)"

    def send(self, notification: Notification) -> Delivery:
        try:
            if notification.again and (found := self._found(notification)):
                if notification.reference:
                    self._update(notification)
                return Delivery(Outcome.SENT, "found in the channel's history", reference=notification.reference or found)
            return self._post(notification)
        except SlackApiError as error:
            return refused(error)
        except Exception as error:  # Whatever happens is an outcome; the token stays out of it.
            return unreachable(error) or attempted(error, "Slack")

    def _post(self, notification: Notification) -> Delivery:
        """The first message of an incident, or news in its thread; the first message then tells how things stand.

        News everybody should see (it got worse, it is over) also shows in the channel.
        """
        thread = notification.reference
        if thread:
            self._update(notification)
        told: dict[str, Any] = (
            {"thread_ts": thread, "reply_broadcast": notification.resolved or notification.kind == "severity raised"}
            if thread
            else {}
        )
        answer = self._fitting(
            notification,
            lambda shown: self._client.chat_postMessage(
                channel=self._channel, text=plain(notification), blocks=shown, metadata=metadata(notification),
                unfurl_links=False, unfurl_media=False, parse="none", **told,
            ),
        )  # fmt: skip
        return Delivery(Outcome.SENT, reference=thread or str(answer["ts"]))

    def _update(self, notification: Notification) -> None:
        """The first message as things stand now. One that somebody deleted, or may no longer be edited, is left at that."""
        try:
            self._fitting(
                notification,
                lambda shown: self._client.chat_update(
                    channel=self._channel, ts=notification.reference, text=plain(notification), blocks=shown, parse="none"
                ),
            )
        except SlackApiError as error:
            if error.response.get("error") not in ("message_not_found", "cant_update_message", "edit_window_closed"):
                raise

    def _fitting(self, notification: Notification, call: Any) -> Any:
        try:
            return call(blocks(notification, interactive=self._interactive))
        except SlackApiError as error:
            if error.response.get("error") not in ("msg_blocks_too_long", "msg_too_long", "invalid_blocks"):
                raise
            return call(short_blocks(notification))

    def _found(self, notification: Notification) -> str:
        """The timestamp of a message with this notification's id since it was decided, "" where there is none."""
        for message in self._history(notification):
            payload = message.get("metadata", {}).get("event_payload", {})
            if payload.get("notification_id") == notification.notification_id:
                return str(message["ts"])
        return ""

    def _history(self, notification: Notification) -> Iterator[dict[str, Any]]:
        since = f"{(notification.decided - _EARLIER).timestamp():.6f}"
        asked: dict[str, Any] = {"channel": self._channel, "oldest": since, "limit": _PAGE, "include_all_metadata": True}
        cursor = ""
        for _ in range(_PAGES):
            if notification.reference:
                answer = self._client.conversations_replies(ts=notification.reference, cursor=cursor or None, **asked)
            else:
                answer = self._client.conversations_history(cursor=cursor or None, **asked)
            yield from answer.get("messages", [])
            following: dict[str, Any] = answer.get("response_metadata") or {}
            cursor = str(following.get("next_cursor", ""))
            if not cursor:
                return


def build(configured: SlackBot, read: Reader, network: Network) -> Channel:
    """The channel as configured; ChannelSettingsMissing when its token is not set."""
    client = WebClient(
        read(configured.token),
        base_url=configured.api_url,
        timeout=round(network.timeout) or 1,
        ssl=network.tls(),
        proxy=network.proxy,
    )
    interactive = configured.signing_secret is not None or configured.app_token is not None
    return SlackBotChannel(configured.id, client, configured.channel, terms_of(configured, 60, burst=5, rank=2), interactive)
