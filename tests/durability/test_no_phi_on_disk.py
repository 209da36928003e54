"""Planted personal data through every door, wrong and right, with the store away and a kill between: no file and no column has it.

The marker is a made-up medical record number that the configured mask knows; a refused body must leave nothing whatever it holds.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest

from collector.collector import Collector
from domain.configuration import Configuration
from store.query import Query
from store.store import Store
from tests.collector.conftest import serving
from tests.durability.conftest import RemoteStore, span
from tests.helpers.faults import Fault, What

ROOT = Path(__file__).resolve().parents[2]
MARKER = "MRN-PLANTED-7391"
OTLP = {"Content-Type": "application/x-protobuf"}
JSON = {"Content-Type": "application/json"}
TIME = "2026-11-19T15:00:00Z"
WRONG: list[tuple[str, dict[str, str], bytes]] = [
    ("/v1/traces", OTLP, b"\x0a\x10" + MARKER.encode()),
    ("/v1/traces", OTLP | {"Content-Encoding": "gzip"}, MARKER.encode()),
    ("/v1/logs", OTLP, b"\x0a\x10" + MARKER.encode()),
    ("/v1/metrics", OTLP, b"\x0a\x10" + MARKER.encode()),
    ("/v1/traces", JSON, json.dumps({"resourceSpans": MARKER}).encode()),
    ("/v1/queues", JSON, json.dumps([{"queue": "q", "time": MARKER, "depth": MARKER}]).encode()),
    ("/v1/batches", JSON, json.dumps([{"job": "j", "run_id": "1", "status": MARKER}]).encode()),
    ("/v1/events", JSON, json.dumps({"specversion": "1.0", "id": "1", "type": MARKER, "source": "s", "data": MARKER}).encode()),
    ("/v1/edi", {"Content-Type": "application/edi-x12"}, b"ISA*" + MARKER.encode()),
    (f"/ping/{MARKER}/fail", {"Content-Type": "text/plain"}, MARKER.encode()),
]


def _files_with_marker(*folders: Path) -> list[str]:
    return [str(path) for folder in folders for path in folder.rglob("*") if path.is_file() and MARKER.encode() in _content(path)]


def _content(path: Path) -> bytes:
    with suppress(OSError):
        return path.read_bytes()
    return b""


def _columns_with_marker(store: Store) -> list[str]:
    """Compressed files hide text from a search, so every column is asked as well."""
    tables = store.records(
        Query("phi/tables", "SELECT name FROM system.tables WHERE database = currentDatabase() AND engine LIKE '%MergeTree'")
    )
    asked = "SELECT count() AS found FROM `{}` WHERE position(toString(tuple(*)), '" + MARKER + "') > 0"
    return [row["name"] for row in tables if store.value(Query("phi/search", asked.format(row["name"])))]


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = tmp_path / "tmp"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    yield folder


@contextmanager
def _client(collector: Collector) -> Iterator[httpx.Client]:
    with serving(collector) as base, httpx.Client(base_url=base, timeout=60) as client:
        yield client


def test_refused_bodies_leave_nothing(
    store: Store, configuration: Configuration, tmp_path: Path, temporary: Path, capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    caplog.set_level(logging.DEBUG)
    with _client(Collector(store, configuration, spool=tmp_path / "data" / "spool")) as client:
        for path, headers, content in WRONG[:-1]:
            answer = client.post(path, headers=headers, content=content)
            assert 400 <= answer.status_code < 500, path
    assert _columns_with_marker(store) == []
    assert _files_with_marker(tmp_path) == []
    shown = capfd.readouterr()
    assert MARKER not in shown.out + shown.err + _without_requests(caplog)


def _without_requests(caplog: pytest.LogCaptureFixture) -> str:
    """Our own test client logs the addresses it asks for."""
    return "\n".join(record.getMessage() for record in caplog.records if not record.name.startswith(("httpx", "httpcore")))


def test_while_the_store_is_away_and_after_errors_of_it(
    remote: RemoteStore, configuration: Configuration, tmp_path: Path, temporary: Path, capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    body = span({"patient.mrn": MARKER}, name="poison", error=MARKER)
    with _client(Collector(remote.store(), configuration, spool=tmp_path / "data" / "spool")) as client:
        remote.engine.faults.plan(Fault(What.CODE_BEFORE, code=6, times=500), Fault(What.DROP_BEFORE, times=50))
        for fault in (0, 1):
            client.post("/v1/traces", headers=OTLP, content=span({"patient.mrn": f"{MARKER}-{fault}"}))
        remote.off()
        assert client.post("/v1/traces", headers=OTLP, content=body).status_code == 200
        sample = [{"queue": MARKER, "broker": "b", "time": TIME, "depth": 1}]
        assert client.post("/v1/queues", headers=JSON, content=json.dumps(sample).encode()).status_code == 200
        assert list((tmp_path / "data" / "spool").glob("*.fresh"))
        assert _files_with_marker(tmp_path) == []
        remote.on()
    shown = capfd.readouterr()
    assert MARKER not in shown.out + shown.err + _without_requests(caplog)
    assert _files_with_marker(tmp_path) == []
