"""What stands in an X12 file's envelope, set by set, as rows."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from collector.edi.document import Document, Surroundings
from collector.edi.headers import Group, Interchange, SetHeader
from collector.edi.problems import BadSegment, EdiProblem, Severity
from collector.edi.records import document_row, interchange_row, unreadable
from collector.edi.segments import Segment
from collector.edi.sets import READERS
from collector.edi.sets.base import SetReader
from collector.edi.sets.interchange_ta1 import read_interchange_acknowledgement
from collector.edi.values import moment

Tables = dict[str, list[dict[str, Any]]]


class Reading:
    """Contents of the envelope: a reader per set, finished sets waiting to be handed on."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._interchange: Interchange | None = None
        self._group: Group | None = None
        self._document: Document | None = None
        self._reader: SetReader | None = None
        self._failure: EdiProblem | None = None
        self._digest = hashlib.sha256()
        self._direction = ""
        self._from_problem = 0
        self._from_segment = 0
        self._done: list[Iterator[Tables]] = []

    def complete(self) -> Iterator[Tables]:
        done, self._done = self._done, []
        for pieces in done:
            yield from pieces

    def interchange_opened(self, interchange: Interchange, isa: Segment) -> None:
        self._interchange = interchange
        self._group = None
        self._digest = hashlib.sha256(isa.raw)
        self._direction = self._around.direction or self._around.parties.direction(interchange)
        self._from_problem = len(self._around.report.problems)
        self._from_segment = self._around.report.segments - 1

    def group_opened(self, group: Group, gs: Segment) -> None:
        self._group = group
        self._digest.update(gs.raw)

    def set_opened(self, header: SetHeader, st: Segment) -> None:
        assert self._interchange is not None
        document = self._document = self._new_document(header)
        document.digest.update(st.raw)
        reader = READERS.get(header.set_id)
        self._reader = reader(document) if reader is not None and self._stores(document) else None
        self._failure = None

    def set_segment(self, segment: Segment) -> None:
        document, reader = self._document, self._reader
        if document is None:
            return
        document.digest.update(segment.raw)
        if reader is None or self._failure is not None:
            return
        try:
            reader.segment(segment)
        except BadSegment as bad:
            self._failure = self._bad(document, bad, segment)

    def set_closed(self, failure: EdiProblem | None) -> None:
        document, reader, self._document, self._reader = self._document, self._reader, None, None
        if document is None:
            return
        failure = self._failure or failure
        if reader is not None and failure is None:
            try:
                reader.finish()
            except BadSegment as bad:
                failure = self._bad(document, bad, None)
        self._digest.update(document.digest.digest())
        self._done.append(self._hand_on(document, reader, failure))

    def interchange_acknowledgement(self, segment: Segment) -> None:
        document = self._new_document(SetHeader("TA1", "", "", segment.position))
        document.digest.update(segment.raw)
        self._digest.update(segment.raw)
        failure = None
        try:
            read_interchange_acknowledgement(document, segment)
        except BadSegment as bad:
            failure = self._bad(document, bad, segment)
        self._done.append(self._hand_on(document, SetReader(document), failure))

    def interchange_closed(self, interchange: Interchange) -> None:
        problems = self._around.report.problems[self._from_problem :]
        segments = self._around.report.segments - self._from_segment
        partner = self._around.parties.partner(interchange, self._group, self._direction)
        row = interchange_row(
            interchange,
            self._around,
            self._direction,
            partner,
            self._digest.digest(),
            problems,
            segments,
            self._sent(interchange, None),
        )
        self._done.append(iter([{"edi_interchanges": [row]}]))

    def _new_document(self, header: SetHeader) -> Document:
        assert self._interchange is not None
        around, interchange, group = self._around, self._interchange, self._group
        partner = around.parties.partner(interchange, group, self._direction)
        interface = around.interface or around.parties.interface(header.set_id, self._direction, partner)
        sent = self._sent(interchange, group)
        return Document(around, interchange, group, header, partner, self._direction, interface, sent)

    def _sent(self, interchange: Interchange, group: Group | None) -> datetime:
        """When the group, or the interchange, says it was sent; when it was received where neither does."""
        partner = self._around.parties.partner(interchange, group, self._direction)
        zone = self._around.parties.zone(partner if self._direction != "out" else None)
        found = moment(group.date, group.time, zone) if group else None
        return found or moment(interchange.date, interchange.time, zone) or self._around.received

    def _stores(self, document: Document) -> bool:
        return self._around.keeps_test_data or not document.interchange.test

    def _bad(self, document: Document, bad: BadSegment, segment: Segment | None) -> EdiProblem:
        where = segment.position if segment is not None else document.header.opened
        names = (document.interchange.number, document.group.number if document.group else "", document.header.number)
        problem = EdiProblem(bad.code, Severity.ERROR, f"{document.header.set_id} was not read: {bad.message}", where, *names)
        self._around.report.add(problem)
        return problem

    def _hand_on(self, document: Document, reader: SetReader | None, failure: EdiProblem | None) -> Iterator[Tables]:
        """Rows of a finished set, its document row last."""
        report, set_id = self._around.report, document.header.set_id
        if failure is not None:
            document.rows.discard()
            unreadable(document, failure)
            report.failed[set_id] += 1
        else:
            (report.sets if reader is not None else report.skipped)[set_id] += 1
        if reader is not None:
            report.unknown_segments.update({f"{set_id} {tag}": count for tag, count in reader.skipped.items()})
        document.rows.add("edi_documents", document_row(document, reader is not None, failure))
        return self._pieces(document)

    def _pieces(self, document: Document) -> Iterator[Tables]:
        start = document.source_id

        def complete(row: dict[str, Any]) -> None:
            if "source_id" in row:
                row["source_id"] = start + row["source_id"]

        for tables in document.rows.pieces(complete):
            for table, rows in tables.items():
                self._around.report.rows[table] += len(rows)
            yield tables
