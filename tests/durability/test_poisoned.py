"""A request the engine can never take fails alone: the others of its batch are stored once, and nothing waits behind it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from collector.collector import Collector
from collector.refusals import Refused
from store.query import Query
from store.store import Store
from tests.durability.conftest import SECONDS, RemoteStore, commit_of, count, send, span, until

Collecting = Callable[..., AbstractContextManager[Collector]]
RUN = {
    "job": "j",
    "run_id": "1",
    "status": "succeeded",
    "interface_id": "",
    "facility_id": "",
    "message": "",
    "correlation_id": "",
}
THROWS = """
CREATE MATERIALIZED VIEW throwing TO {target} AS
SELECT trace_id, bucket, if(name = 'poison', toDateTime64(toUInt32(attributes['secret']), 3, 'UTC'), received) AS received FROM spans
"""


def test_a_view_that_throws_for_one_of_them(store: Store, collecting: Collecting, tmp_path: Path) -> None:
    store.command("CREATE TABLE extra (trace_id FixedString(16), bucket DateTime('UTC'), received DateTime64(3, 'UTC')) "
                  "ENGINE = MergeTree ORDER BY trace_id SETTINGS non_replicated_deduplication_window = 100")  # fmt: skip
    store.command(THROWS.format(target="extra"))
    with collecting(store) as collector:
        bodies = [span(), span({"secret": "JOHN DOE"}, name="poison"), span(), span()]
        commits = [commit_of(collector, body) for body in bodies]
        with pytest.raises(Refused) as refused:
            commits[1].result(SECONDS)  # type: ignore[union-attr]
        assert (refused.value.status, refused.value.reason) == (400, "not_storable")
        assert "JOHN" not in refused.value.message
        for index in (0, 2, 3):
            commits[index].result(SECONDS)  # type: ignore[union-attr]
        assert count(store, "extra") == 3
        others = "spans WHERE name = 'x'"
        assert count(store, others) == 3
        send(collector, span())
        assert count(store, others) == 4
        assert collector.kept().waiting_batches == 0
        [aside] = collector.set_aside()
        assert (aside.kind, aside.acknowledged, "JOHN" in aside.why) == ("traces", False, False)
    assert not any(b"JOHN" in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    databases = Query("test/databases", "SELECT count() FROM system.databases WHERE name LIKE 'probe_%'")
    assert store.value(databases) == 0


def test_one_that_waits_on_disk_is_set_aside(remote: RemoteStore, collecting: Collecting) -> None:
    remote.direct.command(
        "CREATE TABLE extra (trace_id FixedString(16), bucket DateTime('UTC'), received DateTime64(3, 'UTC')) ENGINE = Null"
    )
    remote.direct.command(THROWS.format(target="extra"))
    with collecting(remote.store()) as collector:
        remote.off()
        send(collector, span({"secret": "JOHN"}, name="poison"), span(), span())
        remote.on()
        send(collector, span())
        others = "spans WHERE name = 'x'"
        # The others are stored a moment before the poisoned one is written aside.
        until(lambda: count(remote.direct, others) == 3 and bool(collector.set_aside()))
        [aside] = collector.set_aside()
        assert (aside.acknowledged, aside.records) == (True, 1)


def test_a_row_that_does_not_fit_leaves_nothing_behind(store: Store, collecting: Collecting) -> None:
    good = {"queue": "q", "broker": "b", "interface_id": "", "time": _now(), "depth": 3, "received": _now()}
    with collecting(store) as collector:
        bad = collector.take_rows(
            {"queue_samples": [good], "batch_runs": [RUN | {"started": "JOHN", "received": _now()}]}, size=1
        )[1]
        fine = collector.take_rows({"queue_samples": [good | {"queue": "r"}]}, size=1)[1]
        with pytest.raises(Refused) as refused:
            bad.result(SECONDS)  # type: ignore[union-attr]
        assert refused.value.message == (
            "The store cannot take this request: insert into batch_runs: started has a value that does not fit (ValueError)"
        )
        fine.result(SECONDS)  # type: ignore[union-attr]
    assert (count(store, "queue_samples"), count(store, "batch_runs")) == (1, 0)


def test_rows_of_one_digest_count_once_and_a_torn_batch_is_completed(store: Store, collecting: Collecting) -> None:
    tables = {"batch_runs": [RUN | {"received": _now()}], "queue_samples": [
        {"queue": "q", "broker": "b", "interface_id": "", "time": _now(), "depth": 3, "received": _now()}]}  # fmt: skip
    digest = bytes(range(32))
    with collecting(store) as collector:
        insert, failing = store.insert_block, [True]

        def half(block: object, token: str | None = None) -> None:
            if failing and block.table != "batch_runs":  # type: ignore[attr-defined]
                failing.clear()
                raise ConnectionError
            insert(block, token)  # type: ignore[arg-type]

        store.insert_block = half  # type: ignore[method-assign,assignment]
        with pytest.raises(Refused):
            collector.take_rows(tables, size=1, digest=digest)[1].result(SECONDS)  # type: ignore[union-attr]
    store.insert_block = insert  # type: ignore[method-assign]
    with collecting(store) as collector:
        assert (count(store, "batch_runs"), count(store, "queue_samples")) == (1, 1)
        again = collector.take_rows(tables, size=1, digest=digest)[1]
        assert again is None or again.result(SECONDS) is None
    assert (count(store, "batch_runs"), count(store, "queue_samples")) == (1, 1)


def _now() -> object:
    from datetime import UTC, datetime

    return datetime.now(UTC)


def test_nothing_that_was_sent_is_in_a_refusal(store: Store) -> None:
    from store.errors import QueryFailed

    with pytest.raises(QueryFailed) as raised:
        store.insert_otlp(b"\x0a\x08\x0aJOHNDOE!!", "t")
    assert "JOHN" not in str(raised.value)
    assert raised.value.__cause__ is None
