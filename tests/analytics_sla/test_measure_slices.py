"""What the measuring job writes."""

from __future__ import annotations

from datetime import datetime, timedelta

from analytics import sla
from analytics.context import Context
from store.query import Query
from tests.conftest import NOW
from tests.support.telemetry import Telemetry

SLICES = Query(
    "slices",
    "SELECT sla_id, facility_id, minute, good, total FROM sli_slices FINAL WHERE total > 0 ORDER BY sla_id, minute, facility_id",
)


def slices(context: Context, sla_id: str) -> list[tuple[str, datetime, int, int]]:
    return [
        (r["facility_id"], r["minute"], r["good"], r["total"]) for r in context.store.records(SLICES) if r["sla_id"] == sla_id
    ]


def test_ratio_and_latency_by_facility_and_minute(context: Context, telemetry: Telemetry) -> None:
    at = NOW - timedelta(hours=1)
    for facility, seconds, error in (("H01", 0.5, None), ("H01", 2.0, None), ("H01", 3.0, "refused"), ("H03", 9.0, None)):
        telemetry.span("post", at + timedelta(seconds=5), seconds, error=error, interface_id="po-to-erp", facility_id=facility)
    telemetry.span("post", at, 0.1, interface_id="somewhere-else", facility_id="H01")
    assert sla.measure(context) == 4
    assert slices(context, "po-success") == [("H01", at, 2, 3), ("H03", at, 1, 1)]
    assert slices(context, "po-latency") == [("H01", at, 2, 3), ("H03", at, 0, 1)]
    assert sla.measure(context) == 0


def test_late_data_corrects_its_minute(context: Context, telemetry: Telemetry) -> None:
    at = NOW - timedelta(days=3)
    telemetry.span("post", at, interface_id="po-to-erp", facility_id="H01")
    sla.measure(context)
    telemetry.span("post", at + timedelta(seconds=30), error="refused", interface_id="po-to-erp", facility_id="H01")
    assert sla.measure(context) == 2
    assert slices(context, "po-success") == [("H01", at, 1, 2)]
    assert sla.measure(context, full=True) == 0


def test_freshness(context: Context, telemetry: Telemetry) -> None:
    at = NOW - timedelta(hours=2)
    telemetry.span("in", at, 1, interface_id="edi-810-in")
    sla.measure(context)
    found = slices(context, "invoice-fresh")
    assert len(found) == 120 and sum(good for _, _, good, _ in found) == 30


def test_cycle_time_coarse_start_fine_lines(context: Context, telemetry: Telemetry) -> None:
    start = NOW - timedelta(hours=20)
    flow = "contract_activation"
    telemetry.milestone(flow, "K-1", "executed", start)
    telemetry.milestone(flow, "K-1", "erp_loaded", start, facility_id="H07", item_id="a", outcome="failed")
    telemetry.milestone(flow, "K-1", "usable", start + timedelta(hours=5), facility_id="H01", item_id="a")
    telemetry.milestone(flow, "K-1", "usable", start + timedelta(hours=15), facility_id="H01", item_id="b")
    sla.measure(context)
    due = start + timedelta(hours=12)
    assert slices(context, "activation") == [("H01", start + timedelta(hours=5), 1, 1), ("H01", due, 0, 1), ("H07", due, 0, 1)]
    telemetry.milestone(flow, "K-1", "usable", start + timedelta(hours=6), facility_id="H07", item_id="a")
    sla.measure(context)
    assert slices(context, "activation") == [
        ("H01", start + timedelta(hours=5), 1, 1),
        ("H07", start + timedelta(hours=6), 1, 1),
        ("H01", due, 0, 1),
    ]
    assert sla.measure(context, full=True) == 0


def test_batch_deadline(context: Context) -> None:
    # NOW is Thursday 09:00 in Chicago; the file was due at 06:00 on Monday to Thursday.
    def run(run_id: str, finished: datetime, **more: object) -> None:
        row = {
            "job": "price-load",
            "run_id": run_id,
            "status": "succeeded",
            "finished": finished,
            "records_read": 100,
            "records_rejected": 0,
            "received": NOW,
        }
        context.store.insert("batch_runs", [row | more])

    monday_six = datetime(2026, 11, 16, 12, tzinfo=NOW.tzinfo)
    run("mon", monday_six - timedelta(hours=1))
    run("tue", monday_six + timedelta(days=1, hours=1))
    run("wed", monday_six + timedelta(days=2, hours=-1), records_rejected=6)
    sla.measure(context)
    assert slices(context, "price-file") == [("", monday_six + timedelta(days=n), int(n == 0), 1) for n in range(4)]
    assert sla.measure(context) == 0
