"""Links in a mail that do one thing to one incident for one person: signed, and good for a while.

A link says what it does; opening it shows a page with a button, and only the button does it, since mail scanners open every link.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson

from alerts.commands import Action
from alerts.notification import Notification
from domain.configuration import Configuration

VARIABLE = "SUPPLYSCOPE_LINK_KEY"
LASTS = timedelta(days=1)
SNOOZE = timedelta(hours=1)
_LEAST_KEY = 32
_LONGEST = 1_000
# What a mail offers, in its order.
OFFERED = ((Action.ACKNOWLEDGE, "Acknowledge"), (Action.SNOOZE, "Snooze 1 hour"))


class LinkRefused(Exception):
    """The link does nothing; the message says why in words for whoever opened it."""


class LinkKeyProblem(Exception):
    """The configured key cannot be used; the message says why and never shows it."""


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a link does: `action` on an incident, as `person` (an id of people), until `expires`."""

    action: Action
    incident_id: str
    person: str
    expires: datetime
    message: str = ""


@dataclass(frozen=True, slots=True)
class Signer:
    """The first key signs, all verify: to change the key, put the new one first and drop the old one a day later."""

    keys: tuple[bytes, ...] = field(repr=False)

    def token(self, purpose: Purpose) -> str:
        """The purpose and its signature, fit for an address."""
        content = orjson.dumps([
            purpose.action.value, purpose.incident_id, purpose.person, int(purpose.expires.timestamp()), purpose.message,
        ])  # fmt: skip
        return f"{_text(content)}.{_text(_signed(self.keys[0], content))}"

    def purpose(self, token: str, now: datetime) -> Purpose:
        """What a token does. Raises LinkRefused for one that was not made here, was changed, or is over."""
        content, signature = _parts(token)
        if not any(hmac.compare_digest(_signed(key, content), signature) for key in self.keys):
            raise LinkRefused("This link was not made here, or it was changed on its way. Open the incident instead")
        action, incident_id, person, expires, message = orjson.loads(content)
        purpose = Purpose(Action(action), incident_id, person, datetime.fromtimestamp(expires, UTC), message)
        if now >= purpose.expires:
            raise LinkRefused(f"This link was good until {purpose.expires:%Y-%m-%d %H:%M} UTC. Open the incident instead")
        return purpose


def offered(notification: Notification, signer: Signer, configuration: Configuration, public_url: str) -> Notification:
    """The notification with links for the one person it goes to; the same for a message to several, or about an end."""
    address = notification.recipients[0] if len(notification.recipients) == 1 else ""
    person = next((one.id for one in configuration.people if one.email == address), None) if address else None
    if person is None or notification.state != "open":
        return notification
    expires = notification.decided + LASTS
    made = []
    for action, label in OFFERED:
        purpose = Purpose(action, notification.incident_id, person, expires, notification.notification_id)
        made.append((label, f"{public_url.rstrip('/')}/links/{signer.token(purpose)}"))
    return replace(notification, links=(*notification.links, *made))


def command_id(token: str) -> str:
    """The id of the command a token asks for: pressed twice it counts once."""
    return hashlib.sha256(b"supplyscope link" + token.encode()).hexdigest()[:32]


def keys(environment: Mapping[str, str], data: Path | None) -> Signer:
    """Keys of SUPPLYSCOPE_LINK_KEY or of the file SUPPLYSCOPE_LINK_KEY_FILE names, separated by white space; else one generated
    beside the data. Without `data` it lives as long as the process. Raises LinkKeyProblem.
    """
    text, file = environment.get(VARIABLE), environment.get(f"{VARIABLE}_FILE")
    if text and file:
        raise LinkKeyProblem(f"{VARIABLE} and {VARIABLE}_FILE are both set; keep one of them")
    if file:
        text = _content(Path(file))
    if text:
        return Signer(tuple(_key(part) for part in text.split()))
    if data is None:
        return Signer((secrets.token_bytes(_LEAST_KEY),))
    return Signer((_key(_content(_generated(data / "link.key"))),))


def _content(file: Path) -> str:
    try:
        return file.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise LinkKeyProblem(
            f"The link key's file {file} cannot be read ({type(error).__name__}); name a readable file"
        ) from error


def _key(text: str) -> bytes:
    if len(text) < _LEAST_KEY:
        raise LinkKeyProblem(
            f"{VARIABLE} has a key of {len(text)} characters; make one of {_LEAST_KEY} or more with: openssl rand -hex 32"
        )
    return text.encode()


def _generated(file: Path) -> Path:
    """Written once, readable by its owner only."""
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return file
    with os.fdopen(handle, "w") as opened:
        opened.write(secrets.token_hex(_LEAST_KEY) + "\n")
        opened.flush()
        os.fsync(opened.fileno())
    return file


def _signed(key: bytes, content: bytes) -> bytes:
    return hmac.new(key, b"supplyscope link 1\n" + content, hashlib.sha256).digest()


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _parts(token: str) -> tuple[bytes, bytes]:
    content, _, signature = token.partition(".")
    try:
        if len(token) > _LONGEST:
            raise ValueError("too long")
        return _bytes(content), _bytes(signature)
    except (binascii.Error, ValueError) as error:
        raise LinkRefused(
            "This link is not whole: it may have been cut by the mail program. Open the incident instead"
        ) from error


def _bytes(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True)
