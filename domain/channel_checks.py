"""What a channel or an address can get wrong. A secret is never repeated in a message."""

from __future__ import annotations

import re

from domain.routing import EmailChannel, Secret, SlackWebhook
from domain.source import Place, Source

_ADDRESS = re.compile(r"[^@\s<>]+@[^@\s<>.]+(\.[^@\s<>.]+)*")
_NAMED = re.compile(r"[^<>\r\n]*<(?P<address>[^<>]*)>")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def check_address(source: Source, place: Place, address: str) -> None:
    if not _ADDRESS.fullmatch(address):
        source.problem(place, "is not an e-mail address", "Write it as name@host")


def check_slack(source: Source, place: Place, entry: SlackWebhook) -> None:
    _secret(source, (*place, "url"), entry.url)


def check_email(source: Source, place: Place, entry: EmailChannel) -> None:
    named = _NAMED.fullmatch(entry.sender)
    check_address(source, (*place, "sender"), named["address"] if named else entry.sender)
    for name in ("host", "port", "username", "password"):
        value = getattr(entry, name)
        if isinstance(value, Secret):
            _secret(source, (*place, name), value)
    if (entry.username is None) != (entry.password is None):
        given, other = ("username", "password") if entry.username else ("password", "username")
        source.problem((*place, given), f"has no {other} beside it", f"Add {other}, or remove {given}")
    if entry.password is not None and entry.security == "none":
        source.problem((*place, "password"), "would cross the network unencrypted", "Set security to starttls or tls")
    if isinstance(entry.port, int) and not 0 < entry.port < 65536:
        source.problem((*place, "port"), "is not a port", "Write 25, 465 or 587, or what your server listens on")


def _secret(source: Source, place: Place, entry: Secret) -> None:
    if (entry.env is None) == (entry.file is None):
        source.problem(place, "does not name exactly one of env and file", "Write {env: NAME} or {file: path}")
    elif entry.env is not None and not _VARIABLE.fullmatch(entry.env):
        source.problem(
            (*place, "env"),
            "is not the name of an environment variable",
            "Name the variable that holds the secret, never the secret",
        )
    elif entry.file is not None and re.match(r"[a-z]+://", entry.file):
        source.problem((*place, "file"), "is an address, not a file", "Name the file that holds the secret, never the secret")
