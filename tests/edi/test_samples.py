"""Public samples: read, or refused with a position; counts equal pyx12's where it can read."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from pyx12.x12file import X12Reader  # type: ignore[import-untyped]

from collector.edi.problems import Report
from collector.edi.read import read_x12
from collector.edi.segments import Segments
from domain.configuration import Configuration
from tests.conftest import NOW

READ = {
    "x12.810a.edi": ("810", {"invoices": 2}), "x12.810b.edi": ("810", {"invoices": 2}), "x12.810c.edi": ("810", {"invoices": 1}),
    "x12.810d.edi": ("810", {"invoices": 2}), "x12.820.issue140.edi": ("820", {"milestones": 7}), "x12.832.edi": ("832", {}),
    "x12.850.edi": ("850", {"po_lines": 1}), "x12.850a.edi": ("850", {"po_lines": 3}), "x12.850.issue135.edi": ("850", {}),
    "845_005010_sample.edi": ("845", {}), "004010_850.edi": ("850", {"po_lines": 7}), "004060_856.edi": ("856", {"milestones": 1}),
    "005010_824.edi": ("824", {"edi_acknowledgements": 1}),
}  # fmt: skip
# Other sets: their control numbers are kept. Sets whose first segment is missing: refused. One begins without ISA.
NOT_OURS = {"204", "210", "214", "990", "271", "310", "315", "837"}
REFUSED = {
    "x12.810.mandatory-conditions.edi": "missing_segment", "x12.Issue101.edi": "missing_segment", "x12.Issue172.edi": "missing_segment",
    "x12.Issue91.edi": "missing_segment", "845_005010_sample_full_set.edi": "missing_isa",
}  # fmt: skip


@pytest.fixture(scope="module")
def files(shared_data: Path) -> list[Path]:
    return sorted(path for path in (shared_data / "edi").rglob("*") if path.suffix.lower() == ".edi")


def _read(body: bytes, configuration: Configuration) -> tuple[Report, dict[str, int]]:
    report = Report()
    counts: dict[str, int] = {}
    for piece in read_x12(io.BytesIO(body), configuration, NOW, report, source="test"):
        for table, rows in piece.items():
            counts[table] = counts.get(table, 0) + len(rows)
    return report, counts


def test_every_sample_is_read_or_refused_with_a_position(files: list[Path], configuration: Configuration) -> None:
    assert len(files) == 27
    for file in files:
        report, counts = _read(file.read_bytes(), configuration)
        if file.name in REFUSED:
            problem = next(p for p in report.problems if p.code == REFUSED[file.name])
            assert problem.position.line >= 1, file.name
            assert (not report.usable, problem.message != "") == (True, True), file.name
        elif file.name in READ:
            set_id, rows = READ[file.name]
            assert set(report.sets) == {set_id} and not report.failed, file.name
            assert {table: counts[table] for table in rows} == rows, file.name
        else:
            assert set(report.skipped) < NOT_OURS and not report.failed, file.name


def test_segments_and_elements_equal_pyx12s(files: list[Path]) -> None:
    """pyx12 reads files that are strictly formatted; those, segment by segment and element by element."""
    compared = []
    for file in files:
        try:
            theirs = list(X12Reader(io.StringIO(file.read_bytes().decode("utf-8-sig"))))
        except Exception:  # not strict enough for it
            continue
        ours = list(Segments(io.BytesIO(file.read_bytes()), Report()))
        if [(segment.get_seg_id() or "").strip() for segment in theirs] == [segment.tag for segment in ours]:
            for mine, other in zip(ours[1:], theirs[1:], strict=True):  # ISA is padded
                assert [other.get_value(f"{n:02}") or "" for n in range(1, len(mine))] == [
                    mine[n] for n in range(1, len(mine))
                ], file.name
            compared.append(file.name)
    assert set(compared) >= _STRICT, _STRICT - set(compared)


_STRICT = {
    "004010_850.edi", "005010_824.edi", "005010_837.edi", "004010_310.edi", "004010_315.edi", "845_005010_sample.edi",
    "210-MGCTLYST-SAMPLE.EDI",
}  # fmt: skip


def test_samples_lead_to_the_keys_a_reader_of_the_file_finds(files: list[Path], configuration: Configuration) -> None:
    def documents(name: str) -> list[dict[str, Any]]:
        body = next(file for file in files if file.name == name).read_bytes()
        pieces = read_x12(io.BytesIO(body), configuration, NOW, Report(), source="test")
        return [row for piece in pieces for row in piece.get("edi_documents", ())]

    def keys(name: str) -> list[tuple[str, str]]:
        return [pair for row in documents(name) for pair in zip(row["key_types"], row["key_values"], strict=True)]

    assert keys("004010_850.edi") == [("purchase_order", "A99999-01")]
    assert keys("004060_856.edi") == [("shipment", "829716"), ("bill_of_lading", "999999-001"), ("purchase_order", "99999817")]
    assert keys("x12.810a.edi") == [("invoice", "DO091003TESTINV01"), ("purchase_order", "DO091003")]
    assert keys("845_005010_sample.edi") == [("contract", "CONTRACT1")]
    assert [key for key in keys("x12.820.issue140.edi") if key[0] == "invoice"][:2] == [
        ("invoice", "26801"),
        ("invoice", "26927"),
    ]
    assert keys("x12.850.issue135.edi") == [("purchase_order", "740150"), ("purchase_order", "740151")]
