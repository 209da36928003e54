"""A collector as a process of its own, to be killed: the product's doors, spool and store, and one question about itself.

python -m benchmarks._fault_target PORT DATA [ENGINE_PORT]
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI

from collector.collector import Collector
from collector.routes import router
from collector.spool.keys import configured
from domain.loader import load
from store.engine import Location
from store.migrate import migrate
from store.query import Query
from store.store import Store

_CONFIGURATION = Path(__file__).resolve().parents[1] / "examples" / "hospital_network"
_RECOUNT = Query.beside(__file__, "_recount.sql")
_FOUND = Query("faults/found", "SELECT lower(hex(span_id)) AS span, count() AS times FROM spans GROUP BY span_id")
_LOOKED_UP = Query(
    "faults/looked_up",
    "SELECT uniqExact(key) AS found FROM business_keys WHERE key_type = 'correlation'",
)


def main() -> None:
    port, data, engine = int(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 0
    configuration = load(_CONFIGURATION)
    store = Store(
        Location(host="127.0.0.1", port=engine, answer_seconds=20) if engine else Location(path=str(data / "clickhouse"))
    )
    migrate(store, configuration)
    collector = Collector(store, configuration, spool=data / "spool", spool_keys=configured({}, data))
    collector.start()
    app = FastAPI()
    app.include_router(router(collector))

    @app.get("/recount")
    def recount() -> dict[str, Any]:
        until = time.monotonic() + 60
        while collector.kept().waiting_batches and time.monotonic() < until:
            time.sleep(0.05)
        return store.records(_RECOUNT)[0] | {"waiting": collector.kept().waiting_batches}

    @app.get("/found")
    def found() -> dict[str, Any]:
        spans = {row["span"]: row["times"] for row in store.records(_FOUND)}
        return {"spans": spans, "keys": store.value(_LOOKED_UP)}

    uvicorn.run(app, host="127.0.0.1", port=port, log_level="error", lifespan="off")


if __name__ == "__main__":
    main()
