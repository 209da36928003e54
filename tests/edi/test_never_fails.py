"""Whatever the bytes: no exception, positions inside the file, and either rows the store takes or none."""

from __future__ import annotations

import io
from datetime import datetime
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from collector.edi.problems import Report
from collector.edi.read import read_x12
from collector.edi.sets import READERS
from tests.conftest import NOW
from tests.support.edi import acknowledgement, edi_network, functional_acknowledgement, interchange, order

CONFIGURATION = edi_network()
CATALOG = ["832", "BCT*PS*P-9", "REF*CT*C-9", "DTM*092*20260101", "LIN*1*VN*VP-1", "CTP**CON*11.00**CA", "PO4*12"]
SHIP = ["856", "BSN*00*S-1*20261119*1100", "HL*1**S", "DTM*011*20261119", "HL*2*1*O", "PRF*PO-1", "HL*3*2*I", "LIN**VN*VP-1"]
BODIES = [
    interchange(order("PO-1"), order("PO-2")),
    interchange(acknowledgement("PO-1", "IA", "R1"), functional="PR"),
    interchange(CATALOG, SHIP, outside=["TA1*000000041*261119*0900*R*006"]),
    interchange(functional_acknowledgement("R", 41, ("850", "0001", "R")), functional="FA"),
    interchange(["810", "BIG*20261119*INV-1**PO-1", "IT1*1*10*CA*12.5**VN*VP-1"], ["820", "BPR*C*1", "RMR*IV*INV-1**1"]),
    interchange(
        ["845", "BPA*00*20261119", "CON*CT*C-1*AC", "LIN*1*VN*V", "CTP**CON*5**EA"], ["824", "BGN*11*A*20261119", "OTI*TR*PO*P"]
    ),
]
_WORD = st.sampled_from(
    ["", "A", "R", "1", "0001", "20261119", "99999999", "-1", "1e9", "PO-1", "IV", "VN", "9" * 40, "RD8", "ü", "\u0660", "~", ">"]
)
_SEGMENT = st.builds(
    lambda tag, words: "*".join([tag, *words]),
    st.sampled_from(["BEG", "PO1", "PO4", "REF", "N1", "CUR", "DTM", "BAK", "ACK", "BSN", "HL", "PRF", "LIN", "BIG", "IT1", "BPR", "RMR", "BCT",
                     "CTP", "BPA", "CON", "PAD", "BGN", "OTI", "TED", "AK1", "AK2", "AK3", "AK4", "AK5", "AK9", "IK5", "ST", "SE", "GS", "GE",
                     "IEA", "TA1", "ISA", "TRN", "UIT", "X", "@@"]),
    st.lists(_WORD, max_size=14),
)  # fmt: skip


def _consume(body: bytes) -> Report:
    report = Report()
    seen: dict[str, set[str]] = {}
    for piece in read_x12(io.BytesIO(body), CONFIGURATION, NOW, report, source="fuzz"):
        for table, rows in piece.items():
            assert len(rows) <= 5000
            for row in rows:
                assert seen.setdefault(table, set(row)) == set(row), table
                _storable(row)
    for problem in report.problems:
        assert 0 <= problem.position.offset <= len(body)
        assert problem.position.line >= 1
    return report


def _storable(row: dict[str, Any]) -> None:
    for name, value in row.items():
        if isinstance(value, datetime):
            assert value.tzinfo is not None and 1900 <= value.year < 2300, name
        elif isinstance(value, Decimal):
            assert value.is_finite() and abs(value) < 10**14, name
        elif isinstance(value, int):
            assert 0 <= value < 1 << 64, name
        elif isinstance(value, str):
            value.encode()
    for name in ("line", "pack_factor"):
        assert row.get(name, 1) < 1 << 32


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=600))
def test_any_bytes(body: bytes) -> None:
    _consume(body)
    _consume(BODIES[0][:106] + body)


@settings(max_examples=250, deadline=None)
@given(st.sampled_from(BODIES), st.data())
def test_any_change_of_a_good_file(body: bytes, data: st.DataObject) -> None:
    changed = bytearray(body)
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(changed)))
        length = data.draw(st.integers(0, 30))
        changed[at : at + length] = data.draw(st.binary(max_size=8) | _SEGMENT.map(lambda s: f"~{s}~".encode()))
    _consume(bytes(changed))


@settings(max_examples=250, deadline=None)
@given(st.sampled_from(sorted([*READERS, "837"])), st.lists(_SEGMENT, max_size=14))
def test_any_segments_in_any_set(set_id: str, segments: list[str]) -> None:
    _consume(interchange([set_id, *segments]))
