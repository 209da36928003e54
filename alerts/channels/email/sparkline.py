"""A row of bars as PNG: many mail programs drop SVG. Without a font, so the caption stands beside it as text."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence

_HEIGHT, _BAR, _GAP = 40, 6, 2
_PAPER, _LINE = (255, 255, 255), (225, 230, 236)
# A later bar stands for a later time; the last one, the newest, has the darker colour of the pages.
_EARLIER, _NEWEST = (157, 190, 221), (11, 92, 173)


def png(series: Sequence[float]) -> bytes:
    """One bar a value, on a base line, as high as its share of the highest; the same bytes for the same values. ValueError when empty."""
    if not series:
        raise ValueError("a sparkline needs at least one value")
    top = max(max(series), 0.0) or 1.0
    heights = [round((_HEIGHT - 2) * max(value, 0.0) / top) for value in series]
    # A value above nothing is seen, however small it is beside the highest.
    heights = [max(height, 2) if value > 0 else 0 for height, value in zip(heights, series, strict=True)]
    rows = [_row(heights, y) for y in range(_HEIGHT)]
    return _encoded(len(series) * (_BAR + _GAP), _HEIGHT, b"".join(rows))


def _row(heights: Sequence[int], y: int) -> bytes:
    """One line of pixels from the top, with the filter byte PNG wants before each (0: as it is)."""
    pixels = bytearray(b"\x00")
    for n, height in enumerate(heights):
        base = _LINE if y == _HEIGHT - 1 else _PAPER
        inside = _HEIGHT - 1 - height <= y < _HEIGHT - 1
        colour = (_NEWEST if n == len(heights) - 1 else _EARLIER) if inside else base
        pixels += bytes(colour) * _BAR + bytes(base) * _GAP
    return bytes(pixels)


def _encoded(width: int, height: int, lines: bytes) -> bytes:
    """RGB, eight bits each (https://www.w3.org/TR/png-3/)."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(lines, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, content) for kind, content in parts)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
