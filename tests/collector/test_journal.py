"""After a kill in the middle of an INSERT: what was begun is completed, once."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime
from pathlib import Path

from collector.collector import Collector
from collector.otlp.journal import Journal
from collector.otlp.request import check
from domain.configuration import Configuration
from store.query import Query
from store.store import Store
from tests.support.telemetry import span_request

NOW = datetime(2026, 11, 19, 15, tzinfo=UTC)


def body() -> bytes:
    return span_request("x", NOW, 1, None, os.urandom(16), b"", "erp", {"correlation.id": "C-1"})


def test_what_was_begun_outlives_the_process(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "spool")
    journal.open()
    journal.begin("a", b"first")
    journal.begin("b", b"second")
    journal.finish("a")
    (tmp_path / "spool" / "c.tmp").write_bytes(b"half")
    again = Journal(tmp_path / "spool")
    again.open()
    assert again.unfinished == {"b": b"second"}
    again.finish("b")
    assert list((tmp_path / "spool").iterdir()) == []


def test_start_completes_a_batch_that_had_only_reached_the_hashes(
    store: Store, configuration: Configuration, tmp_path: Path
) -> None:
    sent = body()
    request = check(sent, time.time_ns())
    journal = Journal(tmp_path)
    journal.open()
    journal.begin("token", request.framed)
    store.insert("request_hashes", [{"request_hash": request.digest, "received": datetime.now(UTC)}], token="other")
    collector = Collector(store, configuration, spool=tmp_path)
    collector.start()
    _, commit = collector.take_traces(sent)
    assert commit is not None
    commit.result(10)
    collector.stop()
    assert store.value(Query("test/count", "SELECT count() FROM spans")) == 1
    assert store.value(Query("test/count", "SELECT count() FROM business_keys")) == 1
    assert list(tmp_path.iterdir()) == []
