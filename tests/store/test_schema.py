"""The live schema equals the declared one; migrations are applied once; a repeated insert counts once."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from domain.configuration import Configuration
from store.engine import Location
from store.errors import QueryFailed, StoreError
from store.migrate import declared, migrate, pending
from store.query import Query
from store.store import Store
from store.view_definitions import NAMES, RULED, ruled_name
from tests.conftest import NOW
from tests.support.telemetry import framed, span_request

_FILLED_BY_A_SPAN = ("spans", "business_keys", "trace_buckets", "operations_per_minute", "milestones", "object_successes")


def _tables(store: Store) -> dict[str, str]:
    rows = store.records(
        Query("tables", "SELECT name, create_table_query AS sql FROM system.tables WHERE database = currentDatabase()")
    )
    return {r["name"]: r["sql"] for r in rows}


def test_every_declared_table_and_view_is_live(store: Store) -> None:
    statements = "\n".join(s for m in declared() for s in m.statements)
    declared_tables = set(re.findall(r"CREATE (?:TABLE|VIEW) (\w+)", statements))
    views = {ruled_name(name, 1) if name in RULED else name for name in NAMES}
    assert set(_tables(store)) == declared_tables | views | {"schema_migrations", "schema_views"}


def test_live_definition_is_what_the_migration_files_say(store: Store, real_store: Store) -> None:
    """A second database made from the files has the same definitions as one that lived through migrate twice."""
    migrate(store, Configuration())
    again = Store(Location(database="fresh_schema"))
    migrate(again, Configuration())
    live, fresh = _tables(store), _tables(again)
    again.command("DROP DATABASE fresh_schema")
    again.close()
    database = store.location.database
    # The rules' views of the second generation stand beside those of the first, which go a little later.
    for name in RULED:
        del live[ruled_name(name, 1)]
        live[ruled_name(name, 1)] = (
            live.pop(ruled_name(name, 2)).replace("_2 TO", "_1 TO").replace("2 AS generation", "1 AS generation")
        )
    assert {n: s.replace(database, "x") for n, s in live.items()} == {n: s.replace("fresh_schema", "x") for n, s in fresh.items()}


def test_migrations_run_once_and_dry_run_changes_nothing(real_store: Store) -> None:
    empty = Store(Location(database="dry_run"))
    planned = migrate(empty, Configuration(), dry_run=True)
    assert _tables(empty) == {}
    assert migrate(empty, Configuration()) == planned
    assert pending(empty) == ()
    assert migrate(empty, Configuration()) == ()
    empty.command("DROP DATABASE dry_run")
    empty.close()


def test_same_token_counts_once_in_every_table(store: Store) -> None:
    keys = {"interface.id": "erp-price-load", "contract.id": "K-1", "facility.id": "H07", "item.id": "1"}
    body = framed(span_request("load", NOW - timedelta(minutes=5), 1, None, b"t" * 16, b"", "erp", keys), NOW)
    for _ in range(3):
        store.insert_otlp(body, "same")
    counts = {t: store.value(Query(t, f"SELECT count() FROM {t}")) for t in _FILLED_BY_A_SPAN}
    assert counts == {
        "spans": 1,
        "business_keys": 2,
        "trace_buckets": 1,
        "operations_per_minute": 1,
        "milestones": 1,
        "object_successes": 1,
    }
    assert store.value(Query("rollup", "SELECT sum(spans) FROM operations_per_minute")) == 1


def test_a_test_that_did_not_ask_cannot_reach_the_database() -> None:
    with pytest.raises(StoreError, match="did not ask for the database"):
        Store(Location(database="forbidden"))


def test_a_refused_query_names_itself(store: Store) -> None:
    with pytest.raises(QueryFailed, match=r"flows/typo.*no_such_column"):
        store.value(Query("flows/typo", "SELECT no_such_column FROM spans"))
