"""A view refuses a request that other tables have taken: nothing is acknowledged that is not whole, and nothing is stored twice."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from collector.collector import Collector
from collector.refusals import Refused
from store.query import Query
from store.store import Store
from tests.durability.conftest import SECONDS, RemoteStore, commit_of, count, send, span, until
from tests.helpers.faults import Fault, What

Collecting = Callable[..., AbstractContextManager[Collector]]
SECRET = {"secret": "JOHN DOE", "facility.id": "H07", "flow.name": "purchase_order", "milestone.name": "erp_posted",
          "purchase_order.id": "4500012345"}  # fmt: skip
EXTRA = (
    "CREATE TABLE extra (trace_id FixedString(16), number UInt32) ENGINE = MergeTree ORDER BY trace_id "
    "SETTINGS non_replicated_deduplication_window = 100",
    "CREATE TABLE sums (name String, spans UInt64) ENGINE = SummingMergeTree ORDER BY name SETTINGS non_replicated_deduplication_window = 100",
)
# One view beside the others, and one that lives on what the first makes.
QUERY = "SELECT trace_id, {number}(attributes['secret']) AS number FROM spans WHERE name = 'poison'"
VIEWS = (
    "CREATE MATERIALIZED VIEW throwing TO extra AS " + QUERY.format(number="toUInt32"),
    "CREATE MATERIALIZED VIEW summing TO sums AS SELECT 'all' AS name, count() AS spans FROM extra",
)
REPAIRED = "ALTER TABLE throwing MODIFY QUERY " + QUERY.format(number="toUInt32OrZero")


def with_throwing_view(store: Store) -> Store:
    for statement in (*EXTRA, *VIEWS):
        store.command(statement)
    return store


def held(store: Store) -> dict[str, int]:
    """What a request that counts once leaves, whichever view filled it."""
    return {
        "spans": count(store),
        "orders": count(store, "business_keys FINAL WHERE key = '4500012345'"),
        "minutes": count(store, "operations_per_minute", "sum(spans)"),
        "milestones": count(store, "current_milestones WHERE key = '4500012345'"),
        "extra": count(store, "extra"),
        "sums": count(store, "sums", "sum(spans)"),
    }


def refused(collector: Collector, body: bytes) -> None:
    with pytest.raises(Refused) as raised:
        commit_of(collector, body).result(SECONDS)  # type: ignore[union-attr]
    assert (raised.value.status, raised.value.reason) == (400, "not_storable")


def together(collector: Collector, *bodies: bytes) -> None:
    """At once, so that they lie in one batch."""
    for commit in [commit_of(collector, body) for body in bodies]:
        assert commit is not None
        commit.result(SECONDS)


WHOLE = {"spans": 1, "orders": 1, "minutes": 1, "milestones": 1, "extra": 1, "sums": 1}


def test_a_refused_request_is_completed_when_it_comes_again(store: Store, collecting: Collecting) -> None:
    body = span(SECRET, name="poison")
    with collecting(with_throwing_view(store)) as collector:
        refused(collector, body)
        refused(collector, body)
        assert (held(store)["extra"], held(store)["sums"], held(store)["spans"]) == (0, 0, 1)
        store.command(REPAIRED)
        other = span()
        together(collector, other, body)
        assert held(store) == WHOLE | {"spans": 2, "minutes": 2}
        send(collector, body, other)
        assert held(store) == WHOLE | {"spans": 2, "minutes": 2}
    with collecting(store, "b") as another:  # nothing remembered: the store alone says what it has
        send(another, body, other)
    assert held(store) == WHOLE | {"spans": 2, "minutes": 2}
    assert store.value(Query("test/probes", "SELECT count() FROM system.databases WHERE name LIKE 'probe_%'")) == 0


def test_the_view_that_makes_everything_refuses(store: Store, collecting: Collecting) -> None:
    """Then nothing but the hash is stored, and what is completed flows through every view behind it."""
    [definition] = store.records(
        Query("test/view", "SELECT as_select FROM system.tables WHERE name = 'spans_from_otlp' AND database = currentDatabase()")
    )
    broken = definition["as_select"].replace(
        "span.name AS name", "if(span.name = 'poison', toString(toUInt8(span.name)), span.name) AS name"
    )
    assert broken != definition["as_select"]
    with_throwing_view(store)
    store.command(REPAIRED)
    store.command(f"ALTER TABLE spans_from_otlp MODIFY QUERY {broken}")
    body = span(SECRET, name="poison")
    with collecting(store) as collector:
        refused(collector, body)
        assert held(store) == dict.fromkeys(WHOLE, 0)
        assert count(store, "request_hashes") == 1
        store.command(f"ALTER TABLE spans_from_otlp MODIFY QUERY {definition['as_select']}")
        send(collector, body)
        assert held(store) == WHOLE


def test_a_server_and_another_collector_and_a_lost_answer(remote: RemoteStore, collecting: Collecting) -> None:
    body = span(SECRET, name="poison")
    with_throwing_view(remote.direct)
    with collecting(remote.store(), "a") as one, collecting(remote.store(), "b") as other:
        refused(one, body)
        refused(other, body)
        remote.direct.command(REPAIRED)
        # The rows arrive, their answer does not: what is inserted again must change nothing.
        remote.engine.faults.plan(Fault(What.DROP_AFTER, pattern=r"INSERT\s+INTO\s+`?extra", times=2))
        met = remote.engine.faults.met
        send(other, body)
        until(lambda: other.kept().waiting_batches == 0)
        assert remote.engine.faults.met > met
        assert held(remote.direct) == WHOLE
        send(one, body)
        assert held(remote.direct) == WHOLE


def test_rows_that_a_view_refuses_are_completed(store: Store, collecting: Collecting) -> None:
    """The same for what arrives as rows: batches, events, EDI."""
    for statement in (*EXTRA, *VIEWS):
        store.command(statement.replace("spans WHERE name = 'poison'", "batch_runs").replace("attributes['secret']", "run_id")
                      .replace("trace_id, to", "toFixedString(job, 16) AS trace_id, to"))  # fmt: skip
    run = b'{"job": "price-load", "run_id": "JOHN", "status": "succeeded", "finished": "2026-11-19T15:00:00Z"}'
    with collecting(store) as collector:
        commit = collector.take_json("batches", run)[1]
        with pytest.raises(Refused, match="cannot take this request"):
            commit.result(SECONDS)  # type: ignore[union-attr]
        assert (count(store, "batch_runs"), count(store, "extra")) == (1, 0)
        store.command(REPAIRED.replace("spans WHERE name = 'poison'", "batch_runs").replace("attributes['secret']", "run_id")
                      .replace("trace_id, to", "toFixedString(job, 16) AS trace_id, to"))  # fmt: skip
        for _ in range(2):
            again = collector.take_json("batches", run)[1]
            assert again is None or again.result(SECONDS) is None
            assert (count(store, "batch_runs"), count(store, "extra"), count(store, "sums", "sum(spans)")) == (1, 1, 1)
