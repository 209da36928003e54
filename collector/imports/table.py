"""Read a delimited file of unknown make: encoding, delimiter and line end are found out, records keep their line numbers."""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import BinaryIO, TextIO

from collector.imports.mapping import FileFormat

_CHUNK = 1 << 20
_SAMPLE = 50
_CANDIDATES = ("\t", ",", ";", "|")
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
# Windows' code page reads any byte that is not UTF-8; the few it leaves undefined are replaced.
_FALLBACK = "cp1252"


@dataclass(frozen=True, slots=True)
class Table:
    """A file found out. `digest` is the SHA-256 of its bytes in hex; `bytes` its size."""

    path: Path
    digest: str
    bytes: int
    encoding: str
    delimiter: str
    quote: str | None
    header: tuple[str, ...]
    header_line: int


@dataclass(frozen=True, slots=True)
class Record:
    """One record: the line it begins on (the file's first line is 1), its fields, and bytes read of the file so far."""

    line: int
    values: list[str]
    position: int


def open_table(path: Path, form: FileFormat) -> Table:
    """Look through the file once. Raises ValueError when it has no header, OSError when it cannot be read."""
    with path.open("rb") as file:
        digest, size, detected = scan(file)
    encoding = form.encoding or detected
    delimiter = form.delimiter or _delimiter(path, encoding, form)
    table = Table(path, digest, size, encoding, delimiter, form.quote, (), 0)
    header = next((r for r in _raw_records(table) if r.line >= form.header_line), None)
    if header is None or not any(header.values):
        raise ValueError(f"{path} has no header on line {form.header_line}")
    return Table(path, digest, size, encoding, delimiter, form.quote, tuple(name.strip() for name in header.values), header.line)


def records(table: Table) -> Iterator[Record]:
    """Every record below the header; empty lines are passed over."""
    return (record for record in _raw_records(table) if record.line > table.header_line and any(record.values))


def _raw_records(table: Table) -> Iterator[Record]:
    # newline="" splits at \n, \r\n and a bare \r alike and leaves line ends inside quotes alone.
    with table.path.open("rb") as file, io.TextIOWrapper(file, table.encoding, errors="replace", newline="") as text:
        reader = delimited(text, table.delimiter, table.quote)
        before = 0
        for values in reader:
            yield Record(before + 1, values, file.tell())
            before = reader.line_num


def delimited(lines: Iterable[str], delimiter: str, quote: str | None):  # type: ignore[no-untyped-def]
    """A csv.reader; quote None: quotes mean nothing."""
    if quote is None:
        return csv.reader(lines, delimiter=delimiter, quoting=csv.QUOTE_NONE)
    return csv.reader(lines, delimiter=delimiter, quotechar=quote)


def scan(file: BinaryIO) -> tuple[str, int, str]:
    """Digest, size and encoding: what its mark says, else UTF-8 if every byte agrees, else Windows-1252."""
    digest = hashlib.sha256()
    size = 0
    decoder = codecs.getincrementaldecoder("utf-8")()
    encoding: str | None = None
    while chunk := file.read(_CHUNK):
        if size == 0:
            encoding = next((name for mark, name in _MARKS if chunk.startswith(mark)), None)
        digest.update(chunk)
        size += len(chunk)
        encoding = encoding or _disproved(decoder, chunk)
    return digest.hexdigest(), size, encoding or _disproved(decoder, b"", final=True) or "utf-8"


def _disproved(decoder: codecs.IncrementalDecoder, chunk: bytes, final: bool = False) -> str | None:
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return _FALLBACK
    return None


def _delimiter(path: Path, encoding: str, form: FileFormat) -> str:
    with path.open(encoding=encoding, errors="replace", newline="") as text:
        return delimiter_of(text, form)


def delimiter_of(text: TextIO, form: FileFormat) -> str:
    """The candidate that splits the first records most evenly, and among those into most fields. Reads from the beginning."""

    def score(delimiter: str) -> tuple[float, int]:
        text.seek(0)
        rows = [row for row in islice(delimited(text, delimiter, form.quote), form.header_line - 1 + _SAMPLE) if row]
        rows = rows[form.header_line - 1 :]
        fields = len(rows[0]) if rows else 0
        even = sum(len(row) == fields for row in rows) / len(rows) if rows else 0.0
        return (round(even, 1) if fields > 1 else 0.0, fields)

    return max(_CANDIDATES, key=score)
