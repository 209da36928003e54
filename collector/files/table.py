"""Delimited text from an open file, whatever its encoding and delimiter, read as a stream."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

from collector.files.reader import FileContext, Unreadable
from collector.imports.mapping import FileFormat
from collector.imports.table import delimited, delimiter_of, scan


@dataclass(frozen=True, slots=True)
class Line:
    """One record: the line it begins on (the file's first is 1) and its values by column."""

    line: int
    values: dict[str, str]


@dataclass(frozen=True, slots=True)
class Lines:
    """A table being read: its columns, and its records once."""

    header: tuple[str, ...]
    records: Iterator[Line]


@contextmanager
def table(file: BinaryIO, name: str, context: FileContext, form: FileFormat) -> Iterator[Lines]:
    """The file as a table; the file stays open. Unreadable when it has no header, or a record that cannot be split."""
    encoding = form.encoding or context.encoding or scan(file)[2]
    file.seek(0)
    text = io.TextIOWrapper(file, encoding, errors="replace", newline="")
    try:
        delimiter = form.delimiter or delimiter_of(text, form)
        text.seek(0)
        records = _records(csv_of(text, delimiter, form), name)
        header = next(((n, row) for n, row in records if n >= form.header_line), None)
        if header is None or not any(header[1]):
            raise Unreadable(f"{name} has no header on line {form.header_line}")
        columns = tuple(column.strip() for column in header[1])
        yield Lines(columns, (Line(n, _values(columns, row)) for n, row in records if any(row)))
    except csv.Error as error:
        raise Unreadable(f"{name}: {error}; name its delimiter") from error
    finally:
        text.detach()


def csv_of(text: io.TextIOWrapper, delimiter: str, form: FileFormat):  # type: ignore[no-untyped-def]
    """The csv reader for this format."""
    return delimited(text, delimiter, form.quote)


def _records(reader, name: str) -> Iterator[tuple[int, list[str]]]:  # type: ignore[no-untyped-def]
    before = 0
    try:
        for row in reader:
            yield before + 1, row
            before = reader.line_num
    except csv.Error as error:
        raise Unreadable(f"{name}, after line {before}: {error}") from error


def _values(columns: tuple[str, ...], row: list[str]) -> dict[str, str]:
    """What is missing at the end of a short record is '', what is too much is left."""
    return {column: row[n].strip() if n < len(row) else "" for n, column in enumerate(columns)}
