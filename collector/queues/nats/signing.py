"""Proving who we are with an Ed25519 seed, as NATS wants it.

Source of the encoding: https://docs.nats.io/running-a-nats-service/configuration/securing_nats/auth_intro/nkey_auth and
the README of github.com/nats-io/nkeys: base32 of prefix, key and CRC-16 (XMODEM).
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from collector.queues.poller import PollFailed

_USER = 20 << 3
_BLOCK = re.compile(r"-{3,}BEGIN [^-]+-{3,}\s*([^\s-]+)\s*-{3,}END", re.ASCII)


@dataclass(frozen=True, slots=True, repr=False)
class Signer:
    """Signs the server's nonce; `public` is the user's public key."""

    key: Ed25519PrivateKey
    public: str

    def sign(self, nonce: str) -> bytes:
        return base64.b64encode(self.key.sign(nonce.encode()))


def signer(seed: str) -> Signer:
    """The owner of a user's seed (SU…); PollFailed when it is none. Its text is never repeated."""
    try:
        raw = base64.b32decode(seed.strip() + "=" * (-len(seed.strip()) % 8))
    except ValueError as error:
        raise PollFailed("the NATS seed is not base32 text; it begins with SU") from error
    body, checksum = raw[:-2], raw[-2:]
    if len(raw) != 36 or _crc(body) != checksum or seed.strip()[:2] != "SU":
        raise PollFailed("the NATS seed is not a user's seed, or is mistyped; it begins with SU and has 58 characters")
    key = Ed25519PrivateKey.from_private_bytes(body[2:])
    named = bytes([_USER]) + key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return Signer(key, base64.b32encode(named + _crc(named)).decode().rstrip("="))


def token_and_signer(credentials: str) -> tuple[str, Signer]:
    """The JSON web token and the seed's owner out of a .creds file."""
    blocks = _BLOCK.findall(credentials)
    if len(blocks) != 2:
        raise PollFailed("credentials do not hold a token and a seed; give the whole text of the .creds file")
    return blocks[0], signer(blocks[1])


def _crc(data: bytes) -> bytes:
    return binascii.crc_hqx(data, 0).to_bytes(2, "little")
