"""Every query is understood by the real engine with the parameters it declares."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import analytics.sla
from store.query import Query
from store.store import Store

FILES = sorted(Path(analytics.sla.__file__).parent.glob("*.sql"))
MOMENT = datetime(2026, 11, 19, tzinfo=UTC)
SAMPLES: dict[str, Any] = {"String": "x", "UInt8": 1, "UInt32": 60, "UInt64": 1, "Int64": 1, "Float64": 0.5}


def _sample(declared: str) -> Any:
    if declared.startswith("Array("):
        return [_sample(declared[6:-1])]
    return MOMENT if declared.startswith("DateTime64") else SAMPLES[declared]


def test_every_query_explains(store: Store) -> None:
    for file in FILES:
        query = Query.beside(str(file), file.name)
        body = re.sub(r"^INSERT INTO \w+\s*\([^)]*\)\s*", "", re.sub(r"^--.*\n", "", query.text, flags=re.MULTILINE))
        declared = dict(re.findall(r"\{(\w+):([^}]+)\}", body))
        parameters = {name: "UTC" if name == "zone" else _sample(kind) for name, kind in declared.items()}
        assert store.records(Query(f"explain {file.stem}", f"EXPLAIN {body}"), **parameters)
