"""Ingest keys: who sends, and what that sender may send."""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections.abc import Collection, Iterable
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime

from collector.refusals import Refused
from domain.clock import Clock
from domain.intake import IngestKey, Rate, Signal

ENVIRONMENT = "environment"  # id of the one key given by environment or file


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends a request. key_id '' is a sender without a key, where none is asked for. Empty sets allow everything."""

    key_id: str = ""
    signals: frozenset[Signal] = frozenset()
    interfaces: frozenset[str] = frozenset()
    facilities: frozenset[str] = frozenset()
    rate: Rate | None = None

    @property
    def restricted(self) -> bool:
        """Whether records must be looked into before they are taken from this sender."""
        return bool(self.interfaces or self.facilities)


ANYONE = Sender()
# The sender of the request being handled: set by KeyRing.admit, read where its records are known.
SENDER: ContextVar[Sender] = ContextVar("sender", default=ANYONE)


@dataclass(frozen=True, slots=True)
class _Key:
    digest: bytes
    sender: Sender
    not_before: datetime | None
    expires: datetime | None


def create() -> tuple[str, str]:
    """A new key of 256 random bits and its SHA-256 in hex: the first goes to the sender, the second into configuration."""
    key = f"ssk_{secrets.token_urlsafe(32)}"
    return key, hashlib.sha256(key.encode()).hexdigest()


class KeyRing:
    """Every key that is taken. With none, any sender is: the server then binds to loopback only."""

    def __init__(self, configured: Iterable[IngestKey], environment_key: str | None, clock: Clock) -> None:
        keys = [_configured(key) for key in configured]
        if environment_key is not None:
            keys.append(_Key(hashlib.sha256(environment_key.encode()).digest(), Sender(ENVIRONMENT), None, None))
        # Looked up by digest: the time a look-up takes says nothing about a key that is hashed first.
        self._keys = {key.digest: key for key in keys}
        self._clock = clock
        self._lock = threading.Lock()
        self._last_used: dict[str, datetime] = {}

    @property
    def last_used(self) -> dict[str, datetime]:
        """Key id → when it last let a request in, since this process started; UTC."""
        with self._lock:
            return dict(self._last_used)

    def admit(self, authorization: str | None, signal: str) -> Sender:
        """The sender behind `Authorization: Bearer <key>`, also left in SENDER.

        Refused 401 without a valid key, 403 when the key may not send `signal`.
        """
        if not self._keys:
            SENDER.set(ANYONE)
            return ANYONE
        sender = self._sender(authorization)
        if sender.signals and signal not in sender.signals:
            allowed = ", ".join(sorted(sender.signals))
            raise Refused(403, "signal_not_allowed", f"Key {sender.key_id} may send {allowed}, not {signal}; use another key")
        with self._lock:
            self._last_used[sender.key_id] = self._clock()
        SENDER.set(sender)
        return sender

    def _sender(self, authorization: str | None) -> Sender:
        scheme, _, given = (authorization or "").partition(" ")
        # Header text is the sender's bytes read as Latin-1.
        key = self._keys.get(hashlib.sha256(given.strip().encode("latin-1", "replace")).digest())
        if scheme.lower() != "bearer" or key is None:
            raise Refused(401, "no_key", "Send the ingest key as the header Authorization: Bearer <key>")
        now = self._clock()
        if key.not_before is not None and now < key.not_before:
            raise Refused(401, "key_not_valid_yet", f"Key {key.sender.key_id} is valid from {key.not_before.isoformat()}")
        if key.expires is not None and now >= key.expires:
            raise Refused(401, "key_expired", f"Key {key.sender.key_id} expired at {key.expires.isoformat()}; ask for a new one")
        return key.sender


def check_scope(sender: Sender, interfaces: Collection[str], facilities: Collection[str]) -> None:
    """Refused 403 naming what the sender's key is not for. Records that name none are allowed to any sender."""
    for allowed, found, noun in ((sender.interfaces, interfaces, "interface"), (sender.facilities, facilities, "facility")):
        foreign = sorted(set(found) - allowed - {""}) if allowed else []
        if foreign:
            shown = ", ".join(foreign[:3]) + (f" and {len(foreign) - 3} more" if len(foreign) > 3 else "")
            raise Refused(
                403, f"{noun}_not_allowed", f"Key {sender.key_id} is not for {noun} {shown}; nothing of the request is stored"
            )


def _configured(key: IngestKey) -> _Key:
    scope = Sender(key.id, frozenset(key.signals), frozenset(key.interfaces), frozenset(key.facilities), key.rate)
    return _Key(bytes.fromhex(key.sha256), scope, key.not_before, key.expires)
