"""What a channel or an address can get wrong. A secret is never repeated in a message."""

from __future__ import annotations

import re

from domain.routing import EmailChannel, SlackWebhook
from domain.secret_checks import check_secret
from domain.secrets import Secret
from domain.source import Place, Source

_ADDRESS = re.compile(r"[^@\s<>]+@[^@\s<>.]+(\.[^@\s<>.]+)*")
_NAMED = re.compile(r"[^<>\r\n]*<(?P<address>[^<>]*)>")


def check_address(source: Source, place: Place, address: str) -> None:
    if not _ADDRESS.fullmatch(address):
        source.problem(place, "is not an e-mail address", "Write it as name@host")


def check_slack(source: Source, place: Place, entry: SlackWebhook) -> None:
    check_secret(source, (*place, "url"), entry.url)


def check_email(source: Source, place: Place, entry: EmailChannel) -> None:
    named = _NAMED.fullmatch(entry.sender)
    check_address(source, (*place, "sender"), named["address"] if named else entry.sender)
    for name in ("host", "port", "username", "password"):
        value = getattr(entry, name)
        if isinstance(value, Secret):
            check_secret(source, (*place, name), value)
    if (entry.username is None) != (entry.password is None):
        given, other = ("username", "password") if entry.username else ("password", "username")
        source.problem((*place, given), f"has no {other} beside it", f"Add {other}, or remove {given}")
    if entry.password is not None and entry.security == "none":
        source.problem((*place, "password"), "would cross the network unencrypted", "Set security to starttls or tls")
    if isinstance(entry.port, int) and not 0 < entry.port < 65536:
        source.problem((*place, "port"), "is not a port", "Write 25, 465 or 587, or what your server listens on")
