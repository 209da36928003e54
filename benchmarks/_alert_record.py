"""Counts in the record of a server that was killed: python -m benchmarks._alert_record DATA"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from store.engine import Location
from store.query import Query
from store.store import Store

_COUNTS = Query(
    "bench/alert_record",
    "SELECT count() AS messages, uniqExact(incident_id, toStartOfMillisecond(time)) AS decisions FROM alert_events "
    "WHERE kind = 'intent' AND incident_id IN (SELECT incident_id FROM alert_events WHERE kind = 'decision' AND payload LIKE '%K-%')",
)

if __name__ == "__main__":
    store = Store(Location(path=str(Path(sys.argv[1]) / "clickhouse")))
    (row,) = store.records(_COUNTS)
    store.close()
    print(json.dumps(row))  # noqa: T201
