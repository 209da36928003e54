"""Keys of the spool: what lies on disk while it waits may be anybody's data, so it is sealed with AES-256-GCM.

Several keys may be valid at once: the first seals, all open. To rotate, put the new key first and leave the old one until the spool
has drained; quarantined requests stay readable as long as their key is listed.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_MAGIC = b"SSP1"
_ID_BYTES, _NONCE_BYTES, _KEY_BYTES = 8, 12, 32
VARIABLE = "SUPPLYSCOPE_SPOOL_KEY"
_REMEDY = f"{VARIABLE} takes keys of 32 bytes in hex or base64, the newest first; make one with: openssl rand -hex 32"


class KeyProblem(Exception):
    """The configured keys cannot be used; the message says why and never shows one."""


class Unreadable(Exception):
    """A file was not written by these keys, or not as it lies there."""


@dataclass(frozen=True, slots=True)
class SpoolKeys:
    """`source` says where they came from, for people; `generated` when nobody configured one."""

    keys: tuple[bytes, ...] = field(repr=False)
    source: str = ""
    generated: bool = False

    def seal(self, content: bytes) -> bytes:
        """`content` encrypted and authenticated, with the id of the key that opens it."""
        nonce = os.urandom(_NONCE_BYTES)
        head = _MAGIC + _id(self.keys[0])
        return head + nonce + AESGCM(self.keys[0]).encrypt(nonce, content, head)

    def unseal(self, sealed: bytes) -> bytes:
        """What `seal` was given. Raises Unreadable when the key is missing or a single bit differs."""
        start = len(_MAGIC) + _ID_BYTES
        head, nonce, rest = sealed[:start], sealed[start : start + _NONCE_BYTES], sealed[start + _NONCE_BYTES :]
        key = next((key for key in self.keys if head == _MAGIC + _id(key)), None)
        if key is None:
            raise Unreadable(f"it was sealed with key {head[len(_MAGIC) :].hex()}, which is not among {VARIABLE}")
        try:
            return AESGCM(key).decrypt(nonce, rest, head)
        except (InvalidTag, ValueError) as error:
            raise Unreadable("it is damaged: its checksum does not agree") from error


def configured(environment: Mapping[str, str], data: Path | None) -> SpoolKeys:
    """Keys of SUPPLYSCOPE_SPOOL_KEY or the file SUPPLYSCOPE_SPOOL_KEY_FILE names; else one generated beside the data folder's spool.

    Without `data` a generated one lives as long as the process. Raises KeyProblem.
    """
    text, file = environment.get(VARIABLE), environment.get(f"{VARIABLE}_FILE")
    if text and file:
        raise KeyProblem(f"{VARIABLE} and {VARIABLE}_FILE are both set; keep one of them")
    if file:
        try:
            text = Path(file).read_text(encoding="ascii")
        except (OSError, UnicodeDecodeError) as error:
            raise KeyProblem(f"{VARIABLE}_FILE = {file} cannot be read ({type(error).__name__}); name a readable file") from error
    if text:
        return SpoolKeys(tuple(_key(part) for part in text.replace(",", " ").split()), file or VARIABLE)
    if data is None:
        return SpoolKeys((secrets.token_bytes(_KEY_BYTES),), "memory", generated=True)
    return _generated(data / "spool.key")


def _generated(file: Path) -> SpoolKeys:
    """Written once, readable by its owner only, outside the spool's folder: a copy of the spool alone tells nothing."""
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        pass
    else:
        with os.fdopen(handle, "w") as opened:
            opened.write(secrets.token_bytes(_KEY_BYTES).hex() + "\n")
            opened.flush()
            os.fsync(opened.fileno())
    return SpoolKeys(tuple(_key(part) for part in file.read_text(encoding="ascii").split()), str(file), generated=True)


def _key(text: str) -> bytes:
    try:
        key = bytes.fromhex(text) if len(text) == 2 * _KEY_BYTES else base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error) as error:
        raise KeyProblem(f"A key of {len(text)} characters is neither hex nor base64. {_REMEDY}") from error
    if len(key) != _KEY_BYTES:
        raise KeyProblem(f"A key has {len(key)} bytes. {_REMEDY}")
    return key


def _id(key: bytes) -> bytes:
    return hashlib.sha256(b"supplyscope spool key" + key).digest()[:_ID_BYTES]
