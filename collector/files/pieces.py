"""The pieces a file is stored in."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from collector.files.reader import Tables

# A row's share of a commit; what it weighs exactly does not matter.
_ROW = 256


def ahead(pieces: Iterator[Tables]) -> Iterator[tuple[bool, Tables]]:
    """(is it the last, piece); a file that yields nothing has one empty piece, so that its end is stored too."""
    before: Tables | None = None
    for piece in pieces:
        if before is not None:
            yield False, before
        before = piece
    yield True, before or {}


def piece_digest(kind: str, content: bytes, piece: str) -> bytes:
    """32 bytes that name a piece: the same file read in the same way has the same pieces."""
    return hashlib.sha256(b"\x00".join((kind.encode(), content, piece.encode()))).digest()


def size_of(tables: Tables) -> int:
    """Bytes a piece is counted as while it waits."""
    return _ROW * sum(map(len, tables.values()))
