"""Delimiters, envelopes and positions: what partners really send is read, and what is wrong is said where it is."""

from __future__ import annotations

import io
from typing import Any

import pytest

from collector.edi.problems import Report
from collector.edi.read import read_x12
from collector.edi.segments import Segments
from domain.configuration import Configuration
from tests.conftest import NOW
from tests.support.edi import acknowledgement, functional_acknowledgement, interchange, order

Tables = dict[str, list[dict[str, Any]]]


def _read(body: bytes, configuration: Configuration) -> tuple[Report, Tables]:
    report = Report()
    tables: Tables = {}
    for piece in read_x12(io.BytesIO(body), configuration, NOW, report, source="test"):
        for table, rows in piece.items():
            tables.setdefault(table, []).extend(rows)
    return report, tables


def _codes(report: Report) -> list[str]:
    return [problem.code for problem in report.problems]


def _orders(tables: Tables) -> list[tuple[str, int]]:
    return [(row["purchase_order_id"], row["line"]) for row in tables.get("po_lines", ())]


LINES = [("PO-1", 1), ("PO-1", 2)]


@pytest.mark.parametrize(
    "separators",
    ["*>~\n", "*>~", "*:~\r\n", "|<\n", "|>\r", "\x1d\x1f\x1c", "^:'\n\n", "+:'", "*>\x85", "§¤¶", "*>\n", "\t:~\n", "*>~\n\t  "],
)
def test_any_delimiters_and_line_ends(separators: str, configuration: Configuration) -> None:
    report, tables = _read(interchange(order(), separators=separators), configuration)
    assert _orders(tables) == LINES
    assert _codes(report) == []


@pytest.mark.parametrize("version", ["00200", "00300", "00401", "00501", "00801"])
def test_any_version(version: str, configuration: Configuration) -> None:
    body = interchange(order()).replace(b"*U*00401*", f"*{'^' if version > '00402' else 'U'}*{version}*".encode())
    report, tables = _read(body, configuration)
    assert (_orders(tables), _codes(report)) == (LINES, [])
    assert tables["edi_interchanges"][0]["version"] == version


@pytest.mark.parametrize(
    ("encode", "codes"),
    [
        (lambda text: b"\xef\xbb\xbf" + text.encode(), []),
        (lambda text: text.encode("utf-16"), ["utf16"]),
        (lambda text: text.replace("North", "Nörth").encode("latin-1"), ["not_utf8"]),
        (lambda text: text.replace("North", "Nörth").encode(), []),
        (lambda text: b"\r\n\r\n  " + text.encode() + b"\x1a\0\0", []),
    ],
)
def test_encodings(encode: Any, codes: list[str], configuration: Configuration) -> None:
    report, tables = _read(encode(interchange(order()).decode()), configuration)
    assert (_orders(tables), _codes(report)) == (LINES, codes)


def test_lines_wrapped_at_eighty_columns(configuration: Configuration) -> None:
    text = interchange(order(), separators="*>~").decode()
    wrapped = "\r\n".join(text[n : n + 80] for n in range(0, len(text), 80))
    report, tables = _read(wrapped.encode(), configuration)
    assert (_orders(tables), _codes(report)) == (LINES, [])


def test_several_interchanges_with_delimiters_of_their_own(configuration: Configuration) -> None:
    first = interchange(order("PO-1"), order("PO-2"), number=1)
    second = interchange(
        acknowledgement(), number=2, separators="|<\x1c", functional="PR", sender="ZZ:ACMEMED", receiver="ZZ:TESTHEALTH"
    )
    third = interchange(order("PO-3"), number=3, separators="+:'\n")
    report, tables = _read(first + second + third, configuration)
    assert dict(report.sets) == {"850": 3, "855": 1}
    assert [row["direction"] for row in tables["edi_interchanges"]] == ["out", "in", "out"]
    assert _codes(report) == []


@pytest.mark.parametrize(
    ("change", "code", "segment"),
    [
        (("SE*9*", "SE*8*"), "wrong_segment_count", 11),
        (("SE*9*", "SE*x*"), "wrong_segment_count", 11),
        (("SE*9*0001", "SE*9*0002"), "wrong_set_control", 11),
        (("GE*1*1", "GE*2*1"), "wrong_set_count", 12),
        (("GE*1*1", "GE*1*9"), "wrong_group_control", 12),
        (("IEA*1*000000001", "IEA*2*000000001"), "wrong_group_count", 13),
        (("IEA*1*000000001", "IEA*1*000000002"), "wrong_interchange_control", 13),
        (("SE*9*0001~\n", ""), "missing_se", 11),
        (("GE*1*1~\n", ""), "missing_ge", 12),
        (("IEA*1*000000001~\n", ""), "missing_iea", 12),
        (("GS*PO*TESTHEALTH*ACMEMED*20261119*0900*1*X*004010~\n", ""), "set_outside_group", 2),
        (("IEA*1*000000001~", "IEA*1*000000001"), "no_terminator", 13),
        (("GE*1*1~", "GE*1*1~\n@@garbage@@~"), "garbage", 13),
        (("GE*1*1~", "GE*1*1~\nREF*CT*1~"), "segment_outside_set", 13),
        (("CTT*2~\n", "CTT*2~\n?!~\n"), "garbage", 11),
    ],
)  # fmt: skip
def test_what_is_wrong_around_a_set_is_reported_and_the_set_read(
    change: tuple[str, str], code: str, segment: int, configuration: Configuration
) -> None:
    text = interchange(order()).decode()
    assert change[0] in text
    report, tables = _read(text.replace(*change).encode(), configuration)
    assert _orders(tables) == LINES
    found = next(problem for problem in report.problems if problem.code == code)
    assert found.position.segment == segment
    at = text.replace(*change).encode()[found.position.offset :]
    assert not at.startswith((b"~", b"\n"))
    assert found.position.line == text.replace(*change)[: found.position.offset].count("\n") + 1 or code in ("missing_iea",)


def test_a_bad_segment_fails_its_set_alone(configuration: Configuration) -> None:
    body = interchange(order("PO-1"), order("PO-2"), order("PO-3")).replace(
        b"BEG*00*SA*PO-2**20261119~\nREF*CT*C-9~\nN1*ST*North*92*ST-H01~\nPO1*1*10*",
        b"BEG*00*SA*PO-2**20261119~\nREF*CT*C-9~\nN1*ST*North*92*ST-H01~\nPO1*1*ten*",
    )
    report, tables = _read(body, configuration)
    assert {order for order, _ in _orders(tables)} == {"PO-1", "PO-3"}
    [problem] = report.problems
    assert (problem.code, problem.position.segment, problem.set_control) == ("not_a_number", 16, "0002")
    assert "ten" not in problem.message
    assert [(row["set_control"], row["reading"]) for row in tables["edi_documents"]] == [
        ("0001", "read"),
        ("0002", "failed"),
        ("0003", "read"),
    ]
    [failure] = tables["failure_reports"]
    assert (failure["code"], failure["purchase_order_id"], failure["interface_id"]) == ("x12:not_a_number", "PO-2", "edi-850-out")


def test_a_segment_lost_to_garbage_fails_the_set(configuration: Configuration) -> None:
    body = interchange(order("PO-1"), order("PO-2")).replace(b"PO1*2*5*EA*3.1**UP*380740022188", b"\x00P?1*2*5*EA", 1)
    report, tables = _read(body, configuration)
    assert {order for order, _ in _orders(tables)} == {"PO-2"}
    assert dict(report.failed) == {"850": 1}


def test_a_file_cut_off_inside_a_set(configuration: Configuration) -> None:
    body = interchange(order("PO-1"), order("PO-2"))
    report, tables = _read(body[: body.rindex(b"PO1*2")], configuration)
    assert {order for order, _ in _orders(tables)} == {"PO-1"}
    assert _codes(report) == ["truncated", "missing_ge", "missing_iea"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"UNA:+.? 'UNB+UNOC:3+A+B+260101:1200+1'UNH+1+ORDERS:D:96A:UN'", "edifact"),
        (b"UNB+UNOC:3+A+B+260101:1200+1'", "edifact"),
        (b"<?xml version='1.0'?><order/>", "not_x12"),
        (b'{"order": 1}', "not_x12"),
        (b"ST*850*0001~SE*2*0001~", "missing_isa"),
        (b"GS*PO*A*B*20260101*1200*1*X*004010~", "missing_isa"),
        ("ISA*00*".encode("cp037"), "ebcdic"),
        (b"hello", "not_x12"),
        (b"ISA*00*too short~", "damaged_isa"),
        (b"VISA*card*number", "not_x12"),
    ],
)
def test_what_is_no_x12_is_refused_politely(body: bytes, code: str, configuration: Configuration) -> None:
    report, tables = _read(body, configuration)
    assert _codes(report)[0] == code
    assert report.problems[0].position.offset == 0
    assert not report.usable
    assert tables == {}


def test_an_edifact_interchange_between_two_of_x12(configuration: Configuration) -> None:
    body = interchange(order()) + b"UNB+UNOC:3+A+B+260101:1200+1'UNZ+1'" + interchange(order("PO-2"), number=2)
    report, _ = _read(body, configuration)
    assert dict(report.sets) == {"850": 2}
    assert [(p.code, p.position.offset) for p in report.problems] == [("edifact", len(interchange(order())))]


def test_an_interchange_of_ta1_alone(configuration: Configuration) -> None:
    body = interchange(outside=["TA1*000000041*261119*0900*R*006"], sender="ZZ:ACMEMED", receiver="ZZ:TESTHEALTH")
    report, tables = _read(body, configuration)
    assert (dict(report.sets), _codes(report)) == ({"TA1": 1}, [])
    [row] = tables["edi_acknowledgements"]
    assert (row["level"], row["verdict"], row["code"]) == ("interchange", "rejected", "TA1:R:006")
    assert row["acknowledges"] == "ZZ:TESTHEALTH|ZZ:ACMEMED|41"


def test_a_segment_longer_than_a_megabyte_fails_its_set_in_bounded_memory(configuration: Configuration) -> None:
    body = interchange(order("PO-1"), order("PO-2")).replace(b"CTT*2~", b"MSG*" + b"x" * 3_000_000 + b"~", 1)
    report, tables = _read(body, configuration)
    assert _codes(report) == ["segment_too_long", "garbage", "wrong_segment_count"]
    assert {order for order, _ in _orders(tables)} == {"PO-2"}


def test_positions_count_bytes_and_lines_in_indented_files() -> None:
    text = interchange(order()).decode().replace("\n", "\r\n    ")
    report = Report()
    for segment in Segments(io.BytesIO(text.encode()), report):
        assert text.encode()[segment.offset :].startswith(segment.raw)
        assert segment.line == text[: segment.offset].count("\n") + 1
        assert segment.number == segment.line


def test_999_is_read_like_997(configuration: Configuration) -> None:
    body = ["999", "AK1*PO*7*004010X", "AK2*850*0003*004010X", "IK3*PO1*12**8", "IK4*4*212*7*bad data", "IK5*R*I5", "AK9*R*1*1*0"]
    _, tables = _read(interchange(body, functional="FA", sender="ZZ:ACMEMED", receiver="ZZ:TESTHEALTH"), configuration)
    of_set, of_group = tables["edi_acknowledgements"]
    assert of_set["message"] == "999 rejected the 850 0003 of group 7 (R, IK5 I5: segment PO1 at 12 code 8; element 4 code 7)"
    assert (of_set["code"], of_set["acknowledges"]) == ("999:R:I5", "ZZ:TESTHEALTH|ZZ:ACMEMED|group 7|850 3")
    assert (of_group["level"], of_group["named_sets"]) == ("group", 1)
    assert "bad data" not in str(tables)


def test_a_997_without_its_end_is_not_believed(configuration: Configuration) -> None:
    body = functional_acknowledgement("A", 7)[:-1]
    report, tables = _read(interchange(body, functional="FA"), configuration)
    assert dict(report.failed) == {"997": 1}
    assert "edi_acknowledgements" not in tables
