"""TA1 interchange acknowledgement: one segment outside groups."""

from __future__ import annotations

from collector.edi.acknowledgements import acknowledged, verdict
from collector.edi.document import Document
from collector.edi.problems import BadSegment
from collector.edi.segments import Segment
from collector.edi.values import required


def read_interchange_acknowledgement(document: Document, segment: Segment) -> None:
    """TA1: 01 control number of the interchange, 04 A, E or R, 05 note code (000 is no error)."""
    said = verdict(segment[4])
    if said not in ("accepted", "accepted_with_errors", "rejected"):
        raise BadSegment("unknown_code", "TA104 is none of A, E, R")
    number, note = required(segment, 1), segment[5][:3]
    document.code = said
    note_text = f", note {note}" if note not in ("", "000") else ""
    acknowledged(
        document, "interchange", verdict=said, code=f"TA1:{segment[4]}:{note}" if note_text else f"TA1:{segment[4]}",
        message=f"TA1 {said.replace('_', ' ')} interchange {number} ({segment[4]}{note_text})", suffix="", interchange=number,
    )  # fmt: skip
