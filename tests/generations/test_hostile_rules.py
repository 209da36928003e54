"""Whatever a rule's names and values are, its view compiles and matches exactly that, and nothing else becomes SQL."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from domain.configuration import Configuration
from store.query import Query
from store.store import Store
from tests.conftest import NOW
from tests.generations.test_rules_under_load import change_rules
from tests.support.network import NETWORK, small_network
from tests.support.telemetry import framed, span_request

HOSTILE = st.text(
    st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from("'\\\0\n\r\t\b\f\"`%{}$?;-/*")), min_size=1, max_size=30
)
CASES = [
    "'", "\\", "\\'", "'; DROP TABLE spans --", "${rules}", "$rules", "${", "$$", "{x:String}", "%s", "%(a)s", "a\0b", "/*", "*/", "-- x",
    "'), ('contract_activation', 'usable', 'reached'), ('", " AS\n", "FROM spans", "é\u2028\U0001f480", "\\N", "#", "2 AS generation",
]  # fmt: skip


def _configuration(names: list[str]) -> Configuration:
    """A rule per name, which asks for it as the span's name, an attribute's name and its value, and as the code of a failure."""
    contract: dict[str, Any] = {"id": "contract", "attribute": "contract.id", "aliases": [f"key {name}" for name in names]}
    rules = [
        {
            "id": f"r{n}", "flow": "contract_activation", "milestone": "usable",
            "when": {"span_name": name, "status": "any", "attributes": {f"is {name}": name, f"has {name}": "*"}},
        }
        for n, name in enumerate(names)
    ]  # fmt: skip
    failures = [{"id": f"f{n}", "failure_class": "timeout", "code": f"code {name}"} for n, name in enumerate(names)]
    return small_network(key_types=[contract, *NETWORK["key_types"][1:]], milestone_rules=rules, failure_rules=failures)


def _span(name: str, key: str, about: str, value: str) -> bytes:
    attributes = {f"key {about}": key, f"is {about}": value, f"has {about}": "yes", "error.code": f"code {value}"}
    return framed(span_request(name, NOW - timedelta(minutes=1), 1, "failed", os.urandom(16), b"", "test", attributes), NOW)


@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(names=CASES)
@given(names=st.lists(HOSTILE, min_size=1, max_size=8, unique=True))
def test_rules_match_exactly_what_they_say(store: Store, names: list[str]) -> None:
    change_rules(store, _configuration(names))
    meant = [_span(name, f"meant {n}", name, name) for n, name in enumerate(names)]
    others = [_span(f"{name} ", f"named otherwise {n}", name, name) for n, name in enumerate(names)]
    others += [_span(name, f"valued otherwise {n}", name, f"{name} ") for n, name in enumerate(names)]
    store.insert_otlp(b"".join([*meant, *others]), os.urandom(8).hex())
    found = store.records(Query("test/keys", "SELECT key FROM current_milestones WHERE generation > 0 ORDER BY key"))
    assert [row["key"] for row in found] == sorted(f"meant {n}" for n in range(len(names)))
    query = "SELECT contract_id, toString(rule) AS rule FROM current_failures WHERE rule != ''"
    classified = {(row["contract_id"], row["rule"]) for row in store.records(Query("test/failures", query))}
    assert classified == {(f"{what} {n}", f"f{n}") for n in range(len(names)) for what in ("meant", "named otherwise")}
    for table in ("spans", "milestones", "failures"):
        store.command(f"TRUNCATE TABLE {table}")
