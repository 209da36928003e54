"""Read a request body within limits and undo its content encoding."""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterable

from collector.refusals import Refused

_AUTOMATIC = 32 + zlib.MAX_WBITS  # gzip or zlib, told by the header
_RAW = -zlib.MAX_WBITS  # some clients send "deflate" without the zlib wrapper


async def read(stream: AsyncIterable[bytes], declared: str | None, limit: int) -> bytes:
    """The whole body as received; Refused 413 beyond `limit` bytes, before reading when Content-Length admits it."""
    if declared is not None and declared.isdigit() and int(declared) > limit:
        raise _too_large(int(declared), limit)
    chunks: list[bytes] = []
    size = 0
    async for chunk in stream:
        size += len(chunk)
        if size > limit:
            raise _too_large(size, limit)
        chunks.append(chunk)
    return b"".join(chunks)


def inflate(body: bytes, encoding: str | None, limit: int) -> bytes:
    """`body` without its content encoding (identity, gzip, deflate); never holds more than `limit` bytes of it.

    Refused: 415 for another encoding, 400 for a damaged or truncated stream, 413 beyond the limit.
    """
    name = (encoding or "identity").strip().lower()
    if name in ("identity", ""):
        return body
    if name not in ("gzip", "x-gzip", "deflate"):
        raise Refused(415, "content_encoding", f'Content-Encoding "{encoding}" is not understood; send gzip, deflate or identity')
    try:
        return _members(body, _AUTOMATIC, limit)
    except zlib.error as error:
        if name == "deflate":
            return _raw(body, limit)
        raise Refused(400, "damaged_compression", f"The {name} body is damaged: {error}") from error


def _raw(body: bytes, limit: int) -> bytes:
    try:
        return _members(body, _RAW, limit)
    except zlib.error as error:
        raise Refused(400, "damaged_compression", f"The deflate body is damaged: {error}") from error


def _members(body: bytes, window: int, limit: int) -> bytes:
    """Every member of the stream: gzip allows several one after another."""
    parts: list[bytes] = []
    size = 0
    rest = body
    while rest:
        member = zlib.decompressobj(window)
        part = member.decompress(rest, limit - size + 1)
        size += len(part)
        if size > limit:
            raise Refused(
                413, "inflated_too_large", f"The body inflates beyond the limit of {limit} bytes; send smaller requests"
            )
        if not member.eof:
            raise Refused(400, "damaged_compression", f"The compressed body ends early, after {len(body)} bytes")
        parts.append(part)
        rest = member.unused_data
    return b"".join(parts)


def _too_large(size: int, limit: int) -> Refused:
    return Refused(413, "too_large", f"The body has at least {size} bytes and the limit is {limit}; send smaller requests")
