"""Read a request body within limits and undo its content encoding."""

from __future__ import annotations

import re
import zlib
from collections.abc import AsyncIterable, Callable
from typing import Any

import zstandard

from collector.refusals import Refused

_AUTOMATIC = 32 + zlib.MAX_WBITS  # gzip or zlib, told by the header
_RAW = -zlib.MAX_WBITS  # some clients send "deflate" without the zlib wrapper
_ZSTD_WINDOW = 1 << 27  # what a frame may make us keep while it is read; RFC 8878 asks for 8 MiB at least
_SKIPPABLE = re.compile(rb"[\x50-\x5f]\x2a\x4d\x18", re.DOTALL)  # zstd; neither a gzip nor a zlib header
# Bytes decoded at once: they hold at most 1032 (deflate) or 32,768 (zstd) times as many.
_PIECE = 4 << 10
_ZSTD_PIECE = 256
# Telemetry has ids and times that do not compress; what grows more than this is a bomb, unless it is small.
_RATIO = 128
_SMALL = 1 << 20


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
    """`body` without its content encoding (identity, gzip, deflate, zstd); never holds more than `limit` bytes of it.

    Refused: 415 for another encoding, 400 for a damaged or truncated stream, 413 beyond the limit.
    """
    name = (encoding or "identity").strip().lower()
    if name in ("identity", ""):
        return body
    if name not in _DECODERS:
        message = f'Content-Encoding "{encoding}" is not understood; send gzip, deflate, zstd or identity'
        raise Refused(415, "content_encoding", message)
    try:
        return _DECODERS[name](body, limit)
    except (zlib.error, zstandard.ZstdError) as error:
        raise Refused(400, "damaged_compression", f"The {name} body is damaged: {error}") from error


def _gzip(body: bytes, limit: int) -> bytes:
    return _members(body, limit, lambda: zlib.decompressobj(_AUTOMATIC), _PIECE)


def _deflate(body: bytes, limit: int) -> bytes:
    try:
        return _gzip(body, limit)
    except zlib.error:
        return _members(body, limit, lambda: zlib.decompressobj(_RAW), _PIECE)


def _zstd(body: bytes, limit: int) -> bytes:
    return _members(body, limit, lambda: zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW).decompressobj(), _ZSTD_PIECE)


def _members(body: bytes, limit: int, decoder: Callable[[], Any], piece: int) -> bytes:
    """Every member (gzip) or frame (zstd) of the stream, one after another; skippable frames hold nothing.

    Read in pieces: what is too large, or grows beyond any telemetry, is refused before it has cost much.
    """
    parts: list[bytes] = []
    size = position = 0
    while position < len(body):
        if _SKIPPABLE.match(body, position):
            position = _skipped(body, position)
            continue
        member = decoder()
        while not member.eof:
            if position >= len(body):
                raise Refused(400, "damaged_compression", f"The compressed body ends early, after {len(body)} bytes")
            part = member.decompress(body[position : position + piece])
            position += piece
            size += len(part)
            if size > limit or size > max(_SMALL, _RATIO * position):
                raise _inflates(limit)
            parts.append(part)
        position = min(position, len(body)) - len(member.unused_data)
    return b"".join(parts)


def _skipped(body: bytes, position: int) -> int:
    end = position + 8 + int.from_bytes(body[position + 4 : position + 8], "little")
    if len(body) < max(end, position + 8):
        raise Refused(400, "damaged_compression", f"The compressed body ends early, after {len(body)} bytes")
    return end


_DECODERS: dict[str, Callable[[bytes, int], bytes]] = {
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _deflate,
    "zstd": _zstd,
}


def _inflates(limit: int) -> Refused:
    message = f"The body inflates beyond the limit of {limit} bytes or {_RATIO} times its size; send smaller requests"
    return Refused(413, "inflated_too_large", message)


def _too_large(size: int, limit: int) -> Refused:
    return Refused(413, "too_large", f"The body has at least {size} bytes and the limit is {limit}; send smaller requests")
