"""Bytes per span on disk, beside the layout of the OpenTelemetry Collector's ClickHouse exporter.

    supplyscope bench storage [--json]
    python benchmarks/storage.py [--weeks 4] [--scale 1.0]

The example network's simulator tells its weeks to `supplyscope serve`. Ours: every table that spans fill, with its indexes. The peer:
the exporter's two tables, filled from the same spans in the same run. Both after OPTIMIZE FINAL.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

import _peers

from store.engine import Location
from store.query import Query
from store.store import Store

HERE = Path(__file__).resolve().parent
EXAMPLE = HERE.parent / "examples" / "hospital_network"
OURS = (
    "spans", "trace_buckets", "business_keys", "operations_per_minute", "object_successes", "source_minutes", "masked_values",
    "request_hashes", "milestones", "failures",
)  # fmt: skip
PEER = ("peer_traces", "peer_traces_trace_id_ts")
_BYTES = Query(
    "bench/storage",
    "SELECT table, sum(bytes_on_disk) AS bytes FROM system.parts "
    "WHERE active AND database = currentDatabase() AND table IN {tables:Array(String)} GROUP BY table ORDER BY bytes DESC",
)
_SPANS = Query("bench/spans", "SELECT count() AS spans FROM spans")


def told(folder: Path, weeks: int, scale: float) -> None:
    """Weeks of simulated traffic, sent through the public ports to a server that has ended when this returns."""
    pages, http, grpc = _peers.free_port(), _peers.free_port(), _peers.free_port()
    serve = [
        sys.executable, "-m", "server.cli", "serve", "--data", str(folder / "data"), "--config", str(EXAMPLE),
        "--port", str(pages), "--otlp-http-port", str(http), "--otlp-grpc-port", str(grpc),
    ]  # fmt: skip
    simulate = [
        sys.executable, "-m", "simulator", "--server", f"http://127.0.0.1:{pages}", "--otlp", f"http://127.0.0.1:{http}",
        "--weeks", str(weeks), "--scale", str(scale), "--state", str(folder / "state.json"),
        "--truth", str(folder / "truth.jsonl"), "--backfill-only",
    ]  # fmt: skip
    environment = {"PYTHONPATH": str(HERE.parent)}
    with _peers.running(serve, folder / "serve.log", http, environment):
        subprocess.run(simulate, check=True, stdout=sys.stderr, env=os.environ | environment)


def sizes(store: Store, tables: tuple[str, ...]) -> dict[str, int]:
    for table in tables:
        store.command(f"OPTIMIZE TABLE {table} FINAL")
    return {row["table"]: int(row["bytes"]) for row in store.records(_BYTES, tables=list(tables))}


def measured(folder: Path) -> dict[str, Any]:
    store = Store(Location(path=str(folder / "data" / "clickhouse")))
    try:
        for statement in (HERE / "_contrib_layout.sql").read_text().split(";\n"):
            store.command(statement)
        spans = int(store.value(_SPANS))
        ours, peer = sizes(store, OURS), sizes(store, PEER)
    finally:
        store.close()
    each = {table: round(size / spans, 2) for table, size in ours.items()}
    mine, theirs = sum(ours.values()) / spans, sum(peer.values()) / spans
    return {
        "spans": spans,
        "bytes_per_span": round(mine, 1),
        "bytes_per_span_peer": round(theirs, 1),
        "ratio": round(mine / theirs, 3),
        "by_table": each,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--weeks", type=int, default=4)
    parser.add_argument("--scale", type=float, default=1.0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        told(Path(name), options.weeks, options.scale)
        found = measured(Path(name))
    print(json.dumps(found) if options.json else "\n".join(f"{k}: {v}" for k, v in found.items()))  # noqa: T201


if __name__ == "__main__":
    main()
