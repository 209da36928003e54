"""Error texts without what must not be shown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from urllib.parse import quote

from pydantic import BaseModel

from domain.secret_checks import secrets_within
from domain.secrets import SecretMissing

_USER_IN_ADDRESS = re.compile(r"(?<=://)[^/\s@]+@")
_IN_QUERY = re.compile(r"(?i)((?:password|passwd|pwd|secret|token|signature|sig|key)=)[^&;\s]+")
_LONGEST = 500
# A shorter secret would be found in ordinary words, and masking them would tell it.
_SHORTEST = 4


def revealed(settings: object, environment: Mapping[str, str]) -> tuple[str, ...]:
    """The values of all secrets that settings name and that can be read now, longest first."""
    values = set()
    for secret in secrets_within(settings) if isinstance(settings, BaseModel) else ():
        try:
            values.add(secret.reveal(environment))
        except SecretMissing:
            continue
    return tuple(sorted((v for v in values if len(v) >= _SHORTEST), key=len, reverse=True))


def scrub(text: str, secrets: Iterable[str]) -> str:
    """One line of at most 500 characters in which no secret stands, neither as it is nor as an address quotes it."""
    for secret in secrets:
        for written in {secret, quote(secret, safe=""), quote(secret)}:
            text = text.replace(written, "***")
    text = _IN_QUERY.sub(r"\1***", _USER_IN_ADDRESS.sub("***@", text))
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
