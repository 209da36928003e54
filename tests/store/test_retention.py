"""Retention: what is configured is what tables have, changed only where it differs; rows really leave, and really stay."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest

from domain.retention import Retention
from store import retention
from store.query import Query
from store.store import Store

_ENGINES = Query(
    "test/engines",
    "SELECT name, engine_full FROM system.tables WHERE database = currentDatabase() AND engine_full LIKE '% TTL %'",
)
# What no configuration changes: guards, our own progress, what is computed anew from what is kept.
_OWN = {
    "request_hashes", "request_claims", "incomplete_requests", "collectors", "generation_pieces", "poller_states", "job_runs", "sli_touched",
    "sla_exclusions", "flow_remaining", "scheduler_leases", "audit_exports",
}  # fmt: skip


def days(count: int) -> timedelta:
    return timedelta(days=count)


def test_the_defaults_are_what_the_migrations_say(store: Store) -> None:
    assert retention.changes(store, Retention()) == ()


def test_every_table_that_forgets_has_a_class(store: Store) -> None:
    forgetting = {row["name"] for row in store.records(_ENGINES)}
    assert forgetting - set(retention.CLASSES) - _OWN == set()


def _milestones(store: Store) -> dict[str, int]:
    rows = store.records(Query("test/kept", "SELECT toString(retention) AS kind, count() AS n FROM milestones GROUP BY kind"))
    return {row["kind"]: row["n"] for row in rows}


def _aged(store: Store, table: str, columns: str, *ages: int) -> None:
    for age in ages:
        store.command(
            f"INSERT INTO {table} (received, {columns.split('=')[0]}) SELECT now() - toIntervalDay({age}), {columns.split('=')[1]}"
        )


def test_rows_leave_by_receipt_and_imports_stay(store: Store) -> None:
    kept = Retention(telemetry=days(20), evidence=days(30), imports=days(60))
    changed = {change.table for change in retention.apply(store, kept)}
    assert {"spans", "milestones", "flow_instances"} <= changed
    assert "sli_slices" not in changed
    assert retention.apply(store, kept) == ()
    # The event lies far in the past or the future; only receipt counts.
    _aged(store, "milestones", "key, time, retention='a', toDateTime64('1999-01-01 00:00:00', 6, 'UTC'), 'standard'", 10, 40)
    _aged(store, "milestones", "key, time, retention='b', toDateTime64('2030-01-01 00:00:00', 6, 'UTC'), 'import'", 40, 70)
    _aged(store, "trace_buckets", "trace_id=sipHash128(1)", 10)
    _aged(store, "trace_buckets", "trace_id=sipHash128(2)", 25)
    _wait(store)
    for table in ("milestones", "trace_buckets"):
        store.command(f"OPTIMIZE TABLE {table} FINAL")
    assert _milestones(store) == {"standard": 1, "import": 1}
    assert store.value(Query("test/traces", "SELECT count() FROM trace_buckets")) == 1


@pytest.mark.parametrize("table", ["trace_buckets", "spans"])
def test_what_is_stored_already_follows_too(store: Store, table: str) -> None:
    """A part remembers when its rows end: that memory is made anew, also where only whole parts are dropped."""
    _aged(store, table, "trace_id=sipHash128(1)", 390)
    for kept, rows in ((500, 1), (100, 0)):
        retention.apply(store, Retention(telemetry=days(kept)))
        _wait(store)
        store.command(f"OPTIMIZE TABLE {table} FINAL")
        assert store.value(Query("test/kept", f"SELECT count() FROM {table}")) == rows


def _wait(store: Store) -> None:
    working = Query("test/mutations", "SELECT count() FROM system.mutations WHERE database = currentDatabase() AND NOT is_done")
    until = time.monotonic() + 60
    while store.value(working) and time.monotonic() < until:
        time.sleep(0.05)
