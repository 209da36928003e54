"""Content codings of HTTP bodies."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable

import lz4.frame
import zstandard

_ENCODE: dict[str, Callable[[bytes], bytes]] = {
    "lz4": lz4.frame.compress,
    "zstd": lambda data: zstandard.ZstdCompressor().compress(data),
    "gzip": lambda data: gzip.compress(data, 1),
    "deflate": lambda data: zlib.compress(data, 1),
}
_DECODE: dict[str, Callable[[bytes], bytes]] = {
    "lz4": lz4.frame.decompress,
    "zstd": lambda data: zstandard.ZstdDecompressor().decompressobj().decompress(data),
    "gzip": gzip.decompress,
    "deflate": zlib.decompress,
}


def decoded(body: bytes, coding: str | None) -> bytes:
    """`body` without its Content-Encoding; KeyError names one that is not known."""
    return body if coding in (None, "", "identity") else _DECODE[str(coding)](body)


def encoded(body: bytes, accepted: str) -> tuple[bytes, str | None]:
    """`body` in the first coding the client accepts, and its name; as it is, and None, when there is none."""
    for name in (part.split(";")[0].strip() for part in accepted.split(",")):
        if name in _ENCODE:
            return _ENCODE[name](body), name
    return body, None
