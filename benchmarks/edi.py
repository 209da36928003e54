"""A price catalogue (832) of --megabytes, read in bounded memory: throughput and peak memory, by the reader alone.

Every item has a LIN, a CTP, a PO4 and two DTM; rows are made and dropped, as the store is not what is measured here.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from collector.edi.problems import Report
from collector.edi.read import read_x12
from domain.loader import load

_CONFIGURATION = Path(__file__).resolve().parents[1] / "examples" / "hospital_network"
_PERIOD = 50_000


def write_catalog(path: Path, size: int) -> int:
    """An interchange of one 832 of about `size` bytes; returns its items."""
    head = (
        f"ISA*00*{'':10}*00*{'':10}*ZZ*{'MEDLINE':15}*ZZ*{'MERIDIAN':15}*261119*0400*U*00401*000000777*0*P*>~\n"
        "GS*SC*MEDLINE*MERIDIAN*20261119*0400*777*X*004010~\nST*832*0001~\nBCT*PS*CAT-777~\nREF*CT*C-777~\nCUR*SE*USD~\n"
    )
    written = items = 0
    with path.open("w", newline="") as file:
        written += file.write(head)
        while written < size:
            lines = "".join(_item(items + n) for n in range(1000))
            written += file.write(lines)
            items += 1000
        segments = 5 + 5 * items + 1
        file.write(f"CTT*{items}~\nSE*{segments + 0}*0001~\nGE*1*777~\nIEA*1*000000777~\n")
    return items


def _item(n: int) -> str:
    return (
        f"LIN*{n}*VN*BX-{n:07}*UP*{380740000000 + n}~\nDTM*007*20260101~\nDTM*036*20{27 + n % 5}1231~\n"
        f"CTP**CON*{n % _PERIOD / 100:.2f}**CA~\nPO4*{1 + n % 48}~\n"
    )


def run(megabytes: int) -> dict[str, object]:
    configuration = load(_CONFIGURATION)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "catalog.edi"
        items = write_catalog(path, megabytes << 20)
        size = path.stat().st_size
        before = _peak()
        report = Report()
        began, cpu = time.perf_counter(), time.process_time()
        rows = largest = 0
        with path.open("rb") as file:
            for tables in read_x12(file, configuration, datetime.now(UTC), report, source="bench"):
                count = sum(map(len, tables.values()))
                rows, largest = rows + count, max(largest, count)
        elapsed, used = time.perf_counter() - began, time.process_time() - cpu
        after = _peak()
    return {
        "megabytes": round(size / (1 << 20), 1), "items": items, "prices": report.rows["contract_prices"], "rows": rows,
        "largest_piece": largest, "problems": dict(report.problems_by_code), "segments": report.segments,
        "seconds": round(elapsed, 2), "cpu_seconds": round(used, 2), "mb_per_s": round(size / (1 << 20) / elapsed, 2),
        "segments_per_s": round(report.segments / elapsed), "peak_rss_mb_before": before, "peak_rss_mb": after,
        "growth_mb": round(after - before, 1),
    }  # fmt: skip


def _peak() -> float:
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--megabytes", type=int, default=int(os.environ.get("SUPPLYSCOPE_BENCH_MEGABYTES", "200")))
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    figures = run(options.megabytes)
    if options.json:
        json.dump(figures, sys.stdout)
        print()  # noqa: T201
        return
    for name, value in figures.items():
        print(f"{name:20} {value}")  # noqa: T201


if __name__ == "__main__":
    main()
