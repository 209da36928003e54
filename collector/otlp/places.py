"""Where a byte of a serialised message stands: told from lengths and the schema, without decoding the message."""

from __future__ import annotations

from typing import Any

_DELIMITED, _VARINT, _FIXED64, _FIXED32 = 2, 0, 1, 5


def begins_message(body: bytes, place: int, descriptor: Any, name: str) -> bool:
    """Whether a field of message type `name` begins at `place` in one of the messages that `body`, a `descriptor`, is made of.

    Bytes inside text, ids and numbers begin none. True where `body` cannot be followed: the caller then looks closer.
    """
    start, end = 0, len(body)
    while start < end:
        key, content = _varint(body, start)
        field = descriptor.fields_by_number.get(key >> 3)
        if start >= place:
            return start == place and field is not None and field.message_type is not None and field.message_type.name == name
        stop = _end(body, key & 7, content)
        if stop is None or stop > end:
            return True
        if place >= stop:
            start = stop
            continue
        if key & 7 != _DELIMITED or field is None or field.message_type is None:
            return False
        _, start = _varint(body, content)
        if start > place:
            return False
        end, descriptor = stop, field.message_type
    return False


def _end(body: bytes, wire_type: int, content: int) -> int | None:
    """Where the field ends whose content (for delimited ones its length) begins at `content`; None for groups."""
    if wire_type == _DELIMITED:
        length, content = _varint(body, content)
        return content + length
    if wire_type == _VARINT:
        return _varint(body, content)[1]
    return content + 8 if wire_type == _FIXED64 else content + 4 if wire_type == _FIXED32 else None


def _varint(body: bytes, position: int) -> tuple[int, int]:
    """The varint at `position` and where it ends; one that runs out of `body` ends beyond it."""
    value = shift = 0
    while position < len(body):
        octet = body[position]
        position += 1
        value |= (octet & 0x7F) << shift
        if octet < 0x80:
            return value, position
        shift += 7
    return value, len(body) + 1
