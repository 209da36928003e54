"""Breaches open when they become true, close when they end, and are never rewritten."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from analytics import sla
from analytics.context import Context
from domain.interval import Interval
from store.store import Store
from tests.conftest import NOW
from tests.support.network import NETWORK, small_network
from tests.support.telemetry import Telemetry

FLOW = "contract_activation"
ALL = Interval(NOW - timedelta(days=60), NOW + timedelta(days=60))


def at(context: Context, moment: datetime) -> Context:
    return replace(context, clock=lambda: moment)


def job(context: Context) -> tuple[sla.breaching.Breach, ...]:
    sla.measure(context)
    return sla.record_breaches(context)


def test_opened_is_the_due_time_not_the_detection(context: Context, telemetry: Telemetry) -> None:
    """Back-dated start on a 24×7 calendar, due five seconds after the evidence came in."""
    start = NOW - timedelta(hours=12) + timedelta(seconds=5, microseconds=123456)
    due = start + timedelta(hours=12)
    keys = {"contract_id": "K-1001", "facility_id": "H07", "item_id": "40-2217", "correlation_id": "c-77"}
    telemetry.milestone(FLOW, "K-1001", "executed", start)
    telemetry.span(
        "load", NOW - timedelta(minutes=5), error="No mapping for item 40-2217 at H07", interface_id="erp-price-load", **keys
    )
    assert job(context) == ()
    assert job(at(context, due)) == ()
    (breach,) = job(at(context, due + timedelta(seconds=4)))
    assert breach.opened == due
    assert breach.detected == (due + timedelta(seconds=4)).replace(microsecond=123000)
    assert (breach.subject, breach.facility_id, breach.closed) == ("K-1001 · H07 · 40-2217", "H07", None)
    assert breach.evidence == ("c-77",)
    said = {k: breach.attributes[k] for k in ("contract", "item", "facility", "flow", "failure_class", "interface")}
    assert said == {
        "contract": "K-1001", "item": "40-2217", "facility": "H07", "flow": FLOW,
        "failure_class": "item_mapping_missing", "interface": "erp-price-load",
    }  # fmt: skip
    assert (
        breach.reason == "Catalog refreshed was not reached within 12 h of Contract executed; No mapping for item 40-2217 at H07"
    )
    assert job(at(context, due + timedelta(seconds=9))) == ()
    later = due + timedelta(hours=1)
    assert sla.breaches(at(context, later), ALL, open_only=True) == (breach,)
    telemetry.milestone(FLOW, "K-1001", "usable", later, facility_id="H07", item_id="40-2217", received=later)
    (ended,) = job(at(context, later + timedelta(seconds=5)))
    assert (ended.breach_id, ended.opened, ended.closed) == (breach.breach_id, due, later)
    assert sla.breaches(context, ALL, open_only=True) == ()


def test_late_evidence_withdraws_a_breach_and_corrects_its_minute(context: Context, telemetry: Telemetry) -> None:
    start = NOW - timedelta(hours=20)
    telemetry.milestone(FLOW, "K-1", "executed", start)
    (breach,) = job(context)
    telemetry.milestone(FLOW, "K-1", "usable", start + timedelta(hours=2))
    (withdrawn,) = job(context)
    assert (withdrawn.opened, withdrawn.closed, withdrawn.attributes["withdrawn"]) == (breach.opened, breach.opened, "true")
    activation = next(row for row in sla.status(context, ALL) if row.sla_id == "activation")
    assert (activation.good, activation.total, activation.open_breaches) == (1, 1, 0)
    assert job(context) == ()


def test_history_is_recorded_with_its_own_times(context: Context, telemetry: Telemetry) -> None:
    start = NOW - timedelta(days=10)
    telemetry.milestone(FLOW, "K-1", "executed", start)
    telemetry.milestone(FLOW, "K-1", "usable", start + timedelta(hours=30))
    telemetry.milestone(FLOW, "K-0", "executed", start - timedelta(days=30))
    (breach,) = job(context)
    assert (breach.subject, breach.opened, breach.closed) == ("K-1", start + timedelta(hours=12), start + timedelta(hours=30))


def test_share_over_the_window(context: Context, telemetry: Telemetry) -> None:
    """99 of 100 is met; the next failure breaks it, two hundred successes later it is back."""

    def spans(minute: int, count: int, error: str | None = None) -> datetime:
        moment = NOW - timedelta(hours=5) + timedelta(minutes=minute)
        with telemetry.together():
            for n in range(count):
                at = moment + timedelta(seconds=n / 5)
                telemetry.span("post", at, error=error, interface_id="po-to-erp", correlation_id=f"c{minute}")
        return moment

    spans(0, 99)
    spans(10, 1, "refused")
    assert job(context) == ()
    broken = spans(20, 1, "refused")
    (breach,) = job(context)
    assert (breach.sla_id, breach.subject, breach.opened, breach.closed) == ("po-success", "", broken, None)
    assert breach.reason == "98 % over the window (99 of 101); promised: 99 % of PO to ERP messages without error, 30 d"
    assert breach.evidence == ("c10", "c20")
    spans(30, 90)
    assert job(context) == ()
    back = spans(40, 110)
    (ended,) = job(context)
    assert (ended.breach_id, ended.closed) == (breach.breach_id, back)
    assert job(context) == ()


def test_missed_deadline_of_a_job_day(context: Context) -> None:
    six = datetime(2026, 11, 18, 12, tzinfo=NOW.tzinfo)
    row = {"job": "price-load", "run_id": "w", "status": "succeeded", "finished": six + timedelta(hours=1), "received": NOW}
    context.store.insert("batch_runs", [row])
    late, missing = job(context)
    assert (late.subject, late.opened, late.closed) == ("price-load · 2026-11-18", six, six + timedelta(hours=1))
    assert (missing.subject, missing.opened, missing.closed) == ("price-load · 2026-11-19", six + timedelta(days=1), None)
    assert missing.attributes["interface"] == "erp-price-load"


def test_a_changed_definition_starts_anew(store: Store, context: Context, telemetry: Telemetry) -> None:
    telemetry.milestone(FLOW, "K-1", "executed", NOW - timedelta(hours=20))
    (old,) = job(context)
    changed = [{**s, "within": "10h"} if s["id"] == "activation" else s for s in NETWORK["slas"]]
    again = Context(store, small_network(slas=changed), clock=context.clock)
    found = {b.breach_id: b for b in job(again)}
    closed = found.pop(old.breach_id)
    (new,) = found.values()
    assert (closed.closed, closed.attributes["closed_because"]) == (NOW, "its definition changed")
    assert (new.opened, new.closed) == (NOW - timedelta(hours=10), None)
    row = next(r for r in sla.status(again, ALL) if r.sla_id == "activation")
    assert (row.good, row.total) == (0, 1)
