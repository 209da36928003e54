"""The few bytes of protobuf that intake writes itself."""

from __future__ import annotations

# Fields of store/*.proto that OTLP does not list.
HASH, RECEIVED = 1000, 1001
_HASH_TAG = b"\xc2\x3e"  # length-delimited
_RECEIVED_TAG = b"\xc8\x3e"  # varint


def frame(body: bytes, digest: bytes, received_unix_nano: int) -> bytes:
    """`body` with intake's two fields appended, preceded by its length as a varint."""
    extended = b"".join((body, _HASH_TAG, b"\x20", digest, _RECEIVED_TAG, varint(received_unix_nano)))
    return varint(len(extended)) + extended


def varint(value: int) -> bytes:
    """`value` (not negative) in protobuf's base-128 encoding."""
    encoded = bytearray()
    while value > 127:
        encoded.append(value & 127 | 128)
        value >>= 7
    encoded.append(value)
    return bytes(encoded)
