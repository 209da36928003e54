"""A file as segments, read in chunks: memory is bounded by the longest segment allowed, whatever the file's size."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from collector.edi.chunks import BLANK, Chunks
from collector.edi.delimiters import ISA, LONGEST_ISA, Delimiters, read_delimiters
from collector.edi.preamble import explain
from collector.edi.problems import EdiProblem, Position, Report, Severity

LONGEST_SEGMENT = 1 << 20
_TAG = re.compile(r"[A-Z][A-Z0-9]{1,2}")


class Segment:
    """One segment. `elements[0]` is the tag; `raw` its bytes without terminator and line ends. `tag` '' is no segment at all."""

    __slots__ = ("elements", "line", "number", "offset", "raw", "tag")

    def __init__(self, tag: str, elements: list[str], raw: bytes, number: int, offset: int, line: int) -> None:
        self.tag = tag
        self.elements = elements
        self.raw = raw
        self.number = number
        self.offset = offset
        self.line = line

    def __getitem__(self, index: int) -> str:
        """Element `index` (1 is the first after the tag) without blanks around it, '' when it is not there."""
        return self.elements[index].strip() if index < len(self.elements) else ""

    def __len__(self) -> int:
        return len(self.elements)

    @property
    def position(self) -> Position:
        return Position(self.number, self.offset, self.line)


class Segments:
    """Iterates the segments of `file`; `delimiters` are those of the interchange being read. Problems go into `report`."""

    def __init__(self, file: BinaryIO, report: Report) -> None:
        self._chunks = Chunks(file)
        self._report = report
        self._isa_at = -1
        self._latin = False
        self._known: set[str] = set()
        self._element = "*"
        self._component = ""
        self.delimiters = Delimiters(b"*", b":", None, b"~", standard=True)

    def __iter__(self) -> Iterator[Segment]:
        if self._chunks.encoding:
            message = f"the file is {self._chunks.encoding}; byte positions count its UTF-8 form"
            self._report.add(EdiProblem("utf16", Severity.WARNING, message, self._here()))
        while self._find_interchange():
            yield from self._interchange()

    @property
    def end(self) -> Position:
        """Where reading stands."""
        return self._here()

    def _here(self) -> Position:
        return Position(self._report.segments, self._chunks.offset, self._chunks.line)

    def _find_interchange(self) -> bool:
        """Moves to the next readable ISA; False at the end of the file. What is passed over is reported once per stretch."""
        chunks = self._chunks
        while True:
            passed = self._pass_over()
            if passed is not None:
                where, start = passed
                code, severity, message = explain(start, first=self._report.interchanges == 0)
                self._report.add(EdiProblem(code, severity, message, where))
            if not chunks.buffer:
                return False
            chunks.fill(LONGEST_ISA)
            delimiters = read_delimiters(chunks.buffer)
            if isinstance(delimiters, Delimiters):
                self._take(delimiters)
                return True
            message = f"{delimiters}; have the sender send the interchange again"
            self._report.add(EdiProblem("damaged_isa", Severity.FATAL, message, self._here()))
            chunks.drop(3)

    def _pass_over(self) -> tuple[Position, bytes] | None:
        """Drops everything before the next ISA (all, when none follows): where it began and how, None for blanks only."""
        chunks = self._chunks
        passed: tuple[Position, bytes] | None = None
        while True:
            found = ISA.search(chunks.buffer)
            # An ISA may lie across two chunks: its letters, the character before and the separator after.
            keep = found.start() if found else max(0, len(chunks.buffer) - 4) if not chunks.ended else len(chunks.buffer)
            skipped = chunks.buffer[:keep]
            if passed is None and skipped.strip(BLANK):
                chunks.drop(len(skipped) - len(skipped.lstrip(BLANK)))
                passed = self._here(), chunks.buffer[:200]
                continue
            chunks.drop(keep)
            if (found or not chunks.more()) and (found or not chunks.buffer):
                return passed

    def _take(self, delimiters: Delimiters) -> None:
        self.delimiters = delimiters
        self._isa_at = self._chunks.offset
        self._element = (
            delimiters.element.decode("utf-8", "replace") if len(delimiters.element) > 1 else delimiters.element.decode("latin-1")
        )
        self._component = (delimiters.component or b"").decode("latin-1") if delimiters.trims_components else ""

    def _interchange(self) -> Iterator[Segment]:
        """Segments from this ISA through its IEA, or to the next ISA where the IEA is missing."""
        chunks, terminator = self._chunks, self.delimiters.segment
        discarding = False
        while True:
            parts = chunks.buffer.split(terminator)
            rest = parts.pop()
            used, base = 0, chunks.offset
            for raw in parts:
                segment = None if discarding else self._segment(raw, base + used, chunks.line)
                discarding = False
                if segment is not None and segment.tag == "ISA" and segment.offset != self._isa_at:
                    self._report.segments -= 1
                    chunks.skip_to(base + used)
                    return
                used += len(raw) + len(terminator)
                chunks.count_lines(raw, terminator)
                if segment is not None:
                    yield segment
                    if segment.tag == "IEA":
                        chunks.skip_to(base + used)
                        return
            chunks.skip_to(base + used)
            if discarding or len(rest) > LONGEST_SEGMENT:
                if not discarding:
                    yield self._too_long()
                discarding = True
                chunks.drop(len(rest))
            if not chunks.more():
                break
        last = self._segment(chunks.buffer, chunks.offset, chunks.line)
        chunks.drop(len(chunks.buffer))
        if last is not None:
            self._unterminated(last)
            yield last

    def _too_long(self) -> Segment:
        message = f"no segment terminator within {LONGEST_SEGMENT} bytes; what stands up to the next one was passed over"
        self._report.add(EdiProblem("segment_too_long", Severity.ERROR, message, self._here()))
        self._report.segments += 1
        return Segment("", [""], b"", self._report.segments, self._chunks.offset, self._chunks.line)

    def _unterminated(self, last: Segment) -> None:
        message = "the last segment has no terminator; it was read as it stands"
        self._report.add(EdiProblem("no_terminator", Severity.WARNING, message, last.position))

    def _segment(self, raw: bytes, offset: int, line: int) -> Segment | None:
        """None for blanks between segments."""
        body = raw.lstrip(BLANK)
        if len(body) != len(raw):
            skipped = len(raw) - len(body)
            if not body:
                return None
            offset += skipped
            line += raw.count(self._chunks.newline, 0, skipped)
        if b"\n" in body or b"\r" in body:  # line ends before the terminator, or lines wrapped at a width
            body = body.replace(b"\r", b"").replace(b"\n", b"")
        elements = self._text(body, offset, line).split(self._element)
        if self._component and elements[-1].endswith(self._component):
            elements[-1] = elements[-1].rstrip(self._component)
        self._report.segments += 1
        tag = elements[0].rstrip()
        if tag not in self._known:
            if _TAG.fullmatch(tag) is None:
                return Segment("", elements, body, self._report.segments, offset, line)
            self._known.add(tag)
        return Segment(tag, elements, body, self._report.segments, offset, line)

    def _text(self, body: bytes, offset: int, line: int) -> str:
        try:
            return body.decode()
        except UnicodeDecodeError:
            if not self._latin:
                self._latin = True
                where = Position(self._report.segments + 1, offset, line)
                message = "the text is not UTF-8; it was read as Latin-1"
                self._report.add(EdiProblem("not_utf8", Severity.WARNING, message, where))
            return body.decode("latin-1")
