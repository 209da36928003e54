"""X12 files of watched folders."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

import structlog

from collector.edi.problems import Report
from collector.edi.read import read_x12
from collector.files.reader import FileContext, Tables, Unreadable

_log = structlog.get_logger(__name__)


class X12Reader:
    """Reads interchanges. A file without any is Unreadable; sets that cannot be read are failures, the others are stored."""

    def read(self, file: BinaryIO, name: str, context: FileContext) -> Iterator[Tables]:
        report = Report()
        yield from read_x12(
            file, context.configuration, context.received, report, source=context.source, interface=context.interface_id
        )
        if not report.interchanges:
            first = str(report.problems[0]) if report.problems else "the file is empty; an interchange begins with ISA"
            raise Unreadable(f"No X12 interchange was found: {first}")
        if report.problems:
            _log.warning("X12 file with problems", file=name, problems=dict(report.problems_by_code), failed=dict(report.failed))
