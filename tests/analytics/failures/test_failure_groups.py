"""Failures by class and object: who is affected, and when they count as resolved."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from analytics import failures
from analytics.context import Context
from analytics.failures.rows import FailureGroup
from analytics.scope import Scope
from domain.interval import Interval
from tests.support.telemetry import Telemetry

NOW = datetime(2026, 11, 19, 15, 0, tzinfo=UTC)
DAY = Interval(NOW - timedelta(days=1), NOW)


def ago(hours: float) -> datetime:
    return NOW - timedelta(hours=hours)


def load(telemetry: Telemetry, hours: float, facility: str = "H07", refused: bool = True, item: str = "40-2217") -> None:
    error = f"No mapping for item {item} at {facility}" if refused else None
    telemetry.span(
        "load price", ago(hours), 0, error=error, interface_id="erp-price-load", facility_id=facility,
        contract_id="MS-7895", item_id=item, correlation_id=f"C-{facility}-{hours}",
    )  # fmt: skip


def only(context: Context, **given: str) -> FailureGroup:
    (group,) = failures.groups(context, DAY, **given)  # type: ignore[arg-type]
    return group


def test_attempts_and_facilities_of_one_object_are_one_group(context: Context, telemetry: Telemetry) -> None:
    for hours, facility in ((5, "H07"), (4, "H07"), (3, "H01")):
        load(telemetry, hours, facility)
    group = only(context)
    assert (group.failure_class, group.class_name, group.owner) == ("item_mapping_missing", "item mapping missing", "item-master")
    assert (group.object_type, group.object, group.facilities) == ("item", "40-2217", ("H01", "H07"))
    assert (group.contracts, group.items, group.count) == (("MS-7895",), ("40-2217",), 3)
    assert (group.first_seen, group.last_seen, group.state) == (ago(5), ago(3), "open")
    assert group.correlation_ids == ("C-H01-3", "C-H07-4", "C-H07-5")
    assert group.message == "No mapping for item 40-2217 at H01"


def test_resolved_only_when_every_facility_has_succeeded(context: Context, telemetry: Telemetry) -> None:
    load(telemetry, 5, "H07")
    load(telemetry, 4, "H01")
    load(telemetry, 3, "H07", refused=False)
    assert only(context).resolved is None
    load(telemetry, 2, "H01", refused=False)
    load(telemetry, 1, "H01", refused=False)
    assert only(context).resolved == ago(2)
    assert failures.groups(context, DAY, state="open") == ()
    assert only(context, state="resolved").state == "resolved"


def test_success_before_the_last_failure_resolves_nothing(context: Context, telemetry: Telemetry) -> None:
    load(telemetry, 5)
    load(telemetry, 4, refused=False)
    load(telemetry, 3)
    assert only(context).resolved is None


def test_success_of_another_item_or_facility_resolves_nothing(context: Context, telemetry: Telemetry) -> None:
    load(telemetry, 5)
    load(telemetry, 4, refused=False, item="40-2218")
    load(telemetry, 4, "H01", refused=False)
    assert only(context).resolved is None


def test_any_success_answers_a_failure_without_facility(context: Context, telemetry: Telemetry) -> None:
    keys = {"interface_id": "po-to-erp", "purchase_order_id": "PO-1"}
    telemetry.span("post", ago(3), 0, error="timed out", attributes={"error.code": "504"}, **keys)
    assert only(context).failure_class == "timeout"
    telemetry.span("post", ago(2), 0, facility_id="H01", **keys)
    assert only(context).resolved == ago(2)


def test_filters_find_by_class_interface_and_any_key(context: Context, telemetry: Telemetry) -> None:
    load(telemetry, 5)
    telemetry.span("post", ago(3), 0, error="budget line closed", interface_id="po-to-erp", purchase_order_id="PO-1")
    assert only(context, failure_class="unclassified").object == "PO-1"
    assert only(context, interface="erp-price-load").object == "40-2217"
    for key in ("MS-7895", "C-H07-5", "40-2217"):
        assert only(context, key=key).object == "40-2217"
    assert failures.groups(context, DAY, key="nothing") == ()
    assert len(failures.groups(context, DAY, limit=1)) == len(failures.groups(context, DAY, limit=1, offset=1)) == 1


def test_counts_by_class_cell_and_day(context: Context, telemetry: Telemetry) -> None:
    for hours in (30, 8, 7, 2):
        load(telemetry, hours)
    load(telemetry, 20, item="40-2218")
    load(telemetry, 6, item="40-2218", refused=False)
    (count,) = failures.by_class(context, DAY)
    assert (count.failures, count.previous_failures, count.open_objects, count.facilities) == (4, 1, 1, 1)
    (cell,) = failures.matrix(context, DAY)
    assert (cell.interface_id, cell.failures, cell.open_objects) == ("erp-price-load", 4, 1)
    days = failures.daily(context, DAY)
    assert [(d.day.isoformat(), d.failures, d.opened_objects) for d in days] == [("2026-11-18", 1, 1), ("2026-11-19", 3, 1)]


def test_a_class_gone_quiet_keeps_its_row(context: Context, telemetry: Telemetry) -> None:
    load(telemetry, 30)
    (count,) = failures.by_class(context, DAY)
    assert (count.failures, count.previous_failures) == (0, 1)


def test_rows_sent_twice_count_once(context: Context, telemetry: Telemetry) -> None:
    load(telemetry, 5)
    row = {"job": "price-load", "run_id": "R1", "line": 4, "interface_id": "erp-price-load", "facility_id": "H01"}
    row |= {"code": "", "message": "No mapping for item 40-9 at H01", "item_id": "40-9", "time": ago(2), "received": NOW}
    for _ in range(2):
        context.store.insert("batch_rejects", [row])
    assert {g.object: g.count for g in failures.groups(context, DAY)} == {"40-2217": 1, "40-9": 1}
    assert only(context, key="R1").object == "40-9"


def test_other_facilities_are_hidden(context: Context, telemetry: Telemetry) -> None:
    load(telemetry, 5, "H01")
    seen = replace(context, scope=Scope("west", frozenset({"H03"})))
    assert (
        failures.groups(seen, DAY)
        == failures.by_class(seen, DAY)
        == failures.matrix(seen, DAY)
        == failures.daily(seen, DAY)
        == ()
    )
