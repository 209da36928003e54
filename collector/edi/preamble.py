"""What a file is that does not begin as X12, said politely."""

from __future__ import annotations

import re

from collector.edi.problems import Severity

_EBCDIC_ISA = "ISA".encode("cp037")
_KINDS: tuple[tuple[re.Pattern[bytes], str, str], ...] = (
    (re.compile(rb"\s*UN[AB]"), "edifact", "this is EDIFACT (it begins with UNA or UNB), not X12; have the gateway translate it to X12"),
    (re.compile(rb"\s*(?:STX=|MHG=|BAT=)"), "tradacoms", "this is TRADACOMS, not X12; have the gateway translate it to X12"),
    (re.compile(re.escape(_EBCDIC_ISA)), "ebcdic", "this is X12 in EBCDIC; transfer the file as text so that it becomes ASCII"),
    (re.compile(rb"\s*(?:GS|ST)[^A-Za-z0-9\s]"), "missing_isa", "there is no ISA: the file begins inside an interchange; send the whole interchange, ISA to IEA"),
    (re.compile(rb"\s*<"), "not_x12", "this is XML or HTML, not X12; an interchange begins with ISA"),
    (re.compile(rb"\s*[\[{]"), "not_x12", "this is JSON, not X12; an interchange begins with ISA"),
    (re.compile(rb"\x1f\x8b|PK\x03\x04"), "not_x12", "this is compressed, not X12; decompress it, or name its Content-Encoding"),
)  # fmt: skip


def explain(start: bytes, *, first: bool) -> tuple[str, Severity, str]:
    """(code, severity, message) for bytes before an ISA, or without any. `first`: nothing was read before them."""
    if first:
        for pattern, code, message in _KINDS:
            if pattern.match(start):
                return code, Severity.FATAL, message
        return "not_x12", Severity.ERROR, "this is no X12: an interchange begins with ISA; it was passed over"
    if re.match(rb"\s*UN[AB]", start):
        return "edifact", Severity.ERROR, "an EDIFACT interchange was passed over; have the gateway translate it to X12"
    return "garbage", Severity.ERROR, "what stands between interchanges is no interchange and was passed over"
