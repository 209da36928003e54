"""The engine accepts every query of these questions with its parameters bound."""

from __future__ import annotations

import importlib
from typing import Any

import pytest

from store.query import Query
from store.store import Store
from tests.conftest import NOW

_PARAMETERS: dict[str, Any] = {
    "start": NOW, "end": NOW, "previous_start": NOW, "split": NOW, "changed_since": NOW, "since": NOW, "since_received": NOW, "now": NOW, "all_facilities": 0, "facilities": ["H01"], "limit": 5, "offset": 0,
    "queue": "", "step_ms": 1, "step": 60, "interface": "", "job": "", "run_id": "", "status": "", "group": "item", "zone": "America/Chicago",
    "currency": "USD", "single_units": ["EA"], "flow": "f", "loaded": "l", "until_loaded": ["l"], "per_facility": 1, "per_line": 1,
}  # fmt: skip


def _queries() -> list[Query]:
    modules = [importlib.import_module(f"analytics.{name}.questions") for name in ("activity", "batches", "pricing", "queues")]
    return [value for module in modules for value in vars(module).values() if isinstance(value, Query)]


@pytest.mark.parametrize("query", _queries(), ids=lambda query: query.name)
def test_every_query_is_accepted(store: Store, query: Query) -> None:
    given = {name: value for name, value in _PARAMETERS.items() if f"{{{name}:" in query.text}
    assert store.records(Query(query.name, f"EXPLAIN {query.text}"), **given)
