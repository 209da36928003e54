"""What a channel or an address can get wrong. A secret is never repeated in a message."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from domain.channels import (
    AlertmanagerChannel,
    ChannelBase,
    EmailChannel,
    Outbound,
    PagerDutyChannel,
    ServiceNowChannel,
    SlackBot,
    WebhookChannel,
)  # fmt: skip
from domain.secret_checks import check_secret
from domain.secrets import Secret
from domain.source import Place, Source

_ADDRESS = re.compile(r"[^@\s<>]+@[^@\s<>.]+(\.[^@\s<>.]+)*")
_NAMED = re.compile(r"[^<>\r\n]*<(?P<address>[^<>]*)>")
_WEB = re.compile(r"https?://[^/\s]+\S*")
_SLACK_CHANNEL = re.compile(r"[CGD][A-Z0-9]{5,}")
_SIGNED_IN = ("username", "password", "token")


def check_address(source: Source, place: Place, address: str) -> None:
    if not _ADDRESS.fullmatch(address):
        source.problem(place, "is not an e-mail address", "Write it as name@host")


def check_channel(source: Source, place: Place, entry: ChannelBase) -> None:
    """What every channel can get wrong, then what its kind can."""
    for name in type(entry).model_fields:
        value = getattr(entry, name)
        if isinstance(value, Secret):
            check_secret(source, (*place, name), value)
    _proxy(source, (*place, "proxy"), entry.proxy)
    if entry.id in entry.elsewhere:
        source.problem((*place, "elsewhere"), "names the channel itself", "Name another channel, or leave it out")
    if entry.alarm_after > entry.give_up_after:
        source.problem(
            (*place, "alarm_after"), "is longer than give_up_after", "Make it shorter: others are told before it is given up"
        )
    for kind, check in _KINDS:
        if isinstance(entry, kind):
            check(source, place, entry)


def check_outbound(source: Source, place: Place, entry: Outbound) -> None:
    _proxy(source, (*place, "proxy"), entry.proxy)


def _proxy(source: Source, place: Place, value: Secret | str | None) -> None:
    if isinstance(value, Secret):
        check_secret(source, place, value)
    elif value is not None and not _WEB.fullmatch(value):
        source.problem(place, "is not the address of a proxy", "Write it with its scheme, for example http://proxy.example:3128")
    elif value is not None and "@" in value:
        source.problem(place, "holds a password", "Name where the whole address is kept: {env: NAME} or {file: path}")


def _web(source: Source, place: Place, value: Secret | str) -> None:
    if not isinstance(value, Secret) and not _WEB.fullmatch(value):
        source.problem(place, "is not a web address", "Write it with its scheme, for example https://alerts.example.org")


def _email(source: Source, place: Place, entry: EmailChannel) -> None:
    named = _NAMED.fullmatch(entry.sender)
    check_address(source, (*place, "sender"), named["address"] if named else entry.sender)
    if (entry.username is None) != (entry.password is None):
        given, other = ("username", "password") if entry.username else ("password", "username")
        source.problem((*place, given), f"has no {other} beside it", f"Add {other}, or remove {given}")
    if entry.password is not None and entry.security == "none":
        source.problem((*place, "password"), "would cross the network unencrypted", "Set security to starttls or tls")
    if isinstance(entry.port, int) and not 0 < entry.port < 65536:
        source.problem((*place, "port"), "is not a port", "Write 25, 465 or 587, or what your server listens on")


def _slack(source: Source, place: Place, entry: SlackBot) -> None:
    _web(source, (*place, "api_url"), entry.api_url)
    if not _SLACK_CHANNEL.fullmatch(entry.channel):
        remedy = "Copy the channel's id from its details in Slack, for example C0123456789"
        source.problem((*place, "channel"), "is not the id of a channel", remedy)


def _sign_in(source: Source, place: Place, entry: AlertmanagerChannel | ServiceNowChannel) -> None:
    given = [name for name in _SIGNED_IN if getattr(entry, name) is not None]
    if given not in ([], ["token"], ["username", "password"]):
        source.problem((*place, given[0]), "is not a whole way to sign in", "Give username and password, or token alone")


def _alertmanager(source: Source, place: Place, entry: AlertmanagerChannel) -> None:
    _web(source, (*place, "url"), entry.url)
    _sign_in(source, place, entry)


def _servicenow(source: Source, place: Place, entry: ServiceNowChannel) -> None:
    _web(source, (*place, "url"), entry.url)
    _sign_in(source, place, entry)
    if all(getattr(entry, name) is None for name in _SIGNED_IN):
        source.problem(place, "has no way to sign in", "Add username and password, or token")
    for name, item in entry.configuration_items.items():
        if not item or set(item) & set("^,"):
            remedy = "Write the sys_id of the configuration item"
            source.problem((*place, "configuration_items", name), "is not a configuration item", remedy)


def _with_url(source: Source, place: Place, entry: WebhookChannel | PagerDutyChannel) -> None:
    _web(source, (*place, "url"), entry.url)


_KINDS: tuple[tuple[Any, Callable[[Source, Place, Any], None]], ...] = (
    (EmailChannel, _email), (SlackBot, _slack), (AlertmanagerChannel, _alertmanager), (ServiceNowChannel, _servicenow),
    ((WebhookChannel, PagerDutyChannel), _with_url),
)  # fmt: skip
