"""What the benchmark asks a store about itself after a kill."""

from __future__ import annotations

import time
from typing import Any

from fastapi import APIRouter

from collector.collector import Collector
from store.query import Query

_RECOUNT = Query.beside(__file__, "_recount.sql")
_FOUND = Query("faults/found", "SELECT lower(hex(span_id)) AS span, count() AS times FROM spans GROUP BY span_id")
_LOOKED_UP = Query("faults/looked_up", "SELECT uniqExact(key) AS found FROM business_keys WHERE key_type = 'correlation'")


def questions(collector: Collector) -> APIRouter:
    """Answered once nothing waits on disk any more."""
    router = APIRouter(prefix="/api/v1/faults")
    store = collector.store

    @router.get("/recount")
    def recount() -> dict[str, Any]:
        until = time.monotonic() + 60
        while collector.kept().waiting_batches and time.monotonic() < until:
            time.sleep(0.05)
        return store.records(_RECOUNT)[0] | {"waiting": collector.kept().waiting_batches}

    @router.get("/found")
    def found() -> dict[str, Any]:
        spans = {row["span"]: row["times"] for row in store.records(_FOUND)}
        return {"spans": spans, "keys": store.value(_LOOKED_UP)}

    return router
