"""A collector as a process of its own, to be killed: the product's doors, spool and store, and two questions more.

python -m benchmarks._fault_target PORT DATA [ENGINE_PORT]
"""

from __future__ import annotations

import sys
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from benchmarks._fault_questions import questions
from collector.collector import Collector
from collector.routes import router
from collector.spool.keys import configured
from domain.loader import load
from store.engine import Location
from store.migrate import migrate
from store.store import Store

_CONFIGURATION = Path(__file__).resolve().parents[1] / "examples" / "hospital_network"


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
    app.include_router(questions(collector))
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="error", lifespan="off")


if __name__ == "__main__":
    main()
