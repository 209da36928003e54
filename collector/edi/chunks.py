"""A file's bytes a chunk at a time, with the position and line of what is next."""

from __future__ import annotations

import codecs
from typing import BinaryIO

CHUNK = 1 << 18
BLANK = b" \t\r\n\0\x1a\x0b\x0c"
_UTF16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


class Chunks:
    """`buffer` holds what is read and not yet taken, `offset` is its first byte's place in the file, `line` its line, from 1.

    Byte order marks are passed over; UTF-16 is turned into UTF-8 and named by `encoding`. `newline` is what ends this file's lines.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._decoder: codecs.IncrementalDecoder | None = None
        self.encoding = ""
        self.ended = False
        self.offset = 0
        self.line = 1
        self.buffer = b""
        self.more()
        self._mark()
        self.newline = b"\r" if b"\r" in self.buffer and b"\n" not in self.buffer else b"\n"

    def more(self) -> bool:
        """Reads on; False at the end."""
        data = self._file.read(CHUNK)
        if self._decoder is not None:
            text = self._decoder.decode(data, final=not data).encode("utf-8", "replace")
            self.buffer += text
        else:
            self.buffer += data
        self.ended = not data
        return bool(data)

    def fill(self, size: int) -> None:
        """Reads on until `size` bytes are there, or the end."""
        while len(self.buffer) < size and self.more():
            pass

    def drop(self, size: int) -> None:
        """Passes over `size` bytes, counting lines."""
        self.line += self.buffer.count(self.newline, 0, size) if size else 0
        self.skip_to(self.offset + size)

    def skip_to(self, offset: int) -> None:
        """Passes over the bytes before `offset`, whose lines are counted already."""
        self.buffer = self.buffer[offset - self.offset :]
        self.offset = offset

    def count_lines(self, raw: bytes, terminator: bytes) -> None:
        self.line += raw.count(self.newline) + (terminator == self.newline)

    def _mark(self) -> None:
        for mark, encoding in _UTF16.items():
            if self.buffer.startswith(mark):
                self.encoding = encoding.upper()
                self._decoder = codecs.getincrementaldecoder(encoding)("replace")
                self.buffer = self._decoder.decode(self.buffer[len(mark) :]).encode("utf-8", "replace")
        if self.buffer.startswith(codecs.BOM_UTF8):
            self.skip_to(len(codecs.BOM_UTF8))
