"""Where instances stand: completed, in flight, stuck, and since when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from analytics import flows
from analytics.context import Context
from analytics.flows.rows import FlowInstance, FlowState
from analytics.scope import Scope
from domain.interval import Interval
from tests.support.telemetry import Telemetry

NOW = datetime(2026, 11, 19, 15, 0, tzinfo=UTC)
DAY = Interval(NOW - timedelta(days=1), NOW)
FLOW = "contract_activation"
LINE = {"facility_id": "H07", "item_id": "40-2217"}


def ago(hours: float) -> datetime:
    return NOW - timedelta(hours=hours)


def only(context: Context, **given: str) -> FlowInstance:
    (instance,) = flows.instances(context, DAY, **given)  # type: ignore[arg-type]
    return instance


def test_milestones_of_the_whole_contract_count_for_each_line(context: Context, telemetry: Telemetry) -> None:
    telemetry.milestone(FLOW, "MS-1", "executed", ago(10), supplier_id="S1", correlation_id="C-1")
    telemetry.milestone(FLOW, "MS-1", "price_file_received", ago(8), facility_id="H07")
    for item, hours in (("A", 4.0), ("B", 3.0)):
        telemetry.milestone(FLOW, "MS-1", "erp_loaded", ago(hours), facility_id="H07", item_id=item)
    telemetry.milestone(FLOW, "MS-1", "usable", ago(1), facility_id="H07", item_id="A")
    flows.catch_up(context)
    found = {i.item_id: i for i in flows.instances(context, DAY)}
    assert set(found) == {"A", "B"}
    assert found["A"].state is FlowState.COMPLETED
    assert found["A"].total_seconds == 9 * 3600
    assert found["A"].milestones == ("executed", "price_file_received", "erp_loaded", "usable")
    assert (found["A"].supplier_id, found["A"].correlation_id) == ("S1", "C-1")
    assert found["B"].waiting_for == "usable"
    assert found["B"].state is FlowState.STUCK
    assert found["B"].stuck_since == ago(1)
    (contract,) = flows.contracts(context, DAY)
    assert (contract.lines, contract.loaded, contract.stuck, contract.facilities_waiting) == (2, 1, 1, ("H07",))
    assert (contract.waiting_for, contract.supplier_id, contract.correlation_id) == ("usable", "S1", "C-1")


def test_in_time_is_in_flight(context: Context, telemetry: Telemetry) -> None:
    telemetry.milestone("purchase_order", "PO-1", "created", ago(0.5))
    flows.catch_up(context)
    instance = only(context)
    assert (instance.state, instance.waiting_for, instance.party) == (FlowState.IN_FLIGHT, "erp_posted", "us")
    assert instance.stuck_since is None
    assert instance.total_seconds == 1800


def test_refused_attempt_is_stuck_with_its_failure(context: Context, telemetry: Telemetry) -> None:
    telemetry.milestone(FLOW, "MS-7895", "executed", ago(5))
    telemetry.span(
        "load price", ago(2), 0, error="No mapping for item 40-2217 at H07", interface_id="erp-price-load",
        facility_id="H07", contract_id="MS-7895", item_id="40-2217", correlation_id="C-7f3a9c21",
    )  # fmt: skip
    flows.catch_up(context)
    instance = only(context, flow=FLOW)
    assert (instance.state, instance.waiting_for, instance.facility_id) == (FlowState.STUCK, "erp_loaded", "H07")
    assert instance.stuck_since == ago(2)
    assert (instance.failure_class, instance.correlation_id) == ("item_mapping_missing", "C-7f3a9c21")
    assert instance.failure_message == "No mapping for item 40-2217 at H07"


def test_a_later_success_of_the_refused_step_moves_on(context: Context, telemetry: Telemetry) -> None:
    telemetry.milestone(FLOW, "MS-1", "executed", ago(5), **LINE)
    telemetry.milestone(FLOW, "MS-1", "price_file_received", ago(4), **LINE)
    telemetry.milestone(FLOW, "MS-1", "erp_loaded", ago(3), outcome="failed", **LINE)
    telemetry.milestone(FLOW, "MS-1", "erp_loaded", ago(1), **LINE)
    flows.catch_up(context)
    instance = only(context)
    assert (instance.state, instance.waiting_for, instance.last_time) == (FlowState.IN_FLIGHT, "usable", ago(1))


def test_a_new_attempt_after_a_refusal_is_not_stuck(context: Context, telemetry: Telemetry) -> None:
    telemetry.milestone(FLOW, "MS-1", "executed", ago(2), **LINE)
    telemetry.milestone(FLOW, "MS-1", "price_file_received", ago(2), **LINE)
    telemetry.milestone(FLOW, "MS-1", "erp_loaded", ago(1.5), outcome="failed", **LINE)
    telemetry.milestone(FLOW, "MS-1", "erp_loaded", ago(1), outcome="started", **LINE)
    flows.catch_up(context)
    assert only(context).state is FlowState.IN_FLIGHT


def test_first_time_counts_when_a_step_repeats(context: Context, telemetry: Telemetry) -> None:
    for milestone, hours in (("acknowledged", 1.0), ("created", 6.0), ("erp_posted", 5.0), ("acknowledged", 3.0)):
        telemetry.milestone("purchase_order", "PO-1", milestone, ago(hours))
    flows.catch_up(context)
    instance = only(context)
    assert (instance.completed, instance.total_seconds) == (ago(3), 3 * 3600)
    assert instance.milestone_times == (ago(6), ago(5), ago(3))


def test_same_number_of_two_issuers_is_two_instances(context: Context, telemetry: Telemetry) -> None:
    for authority in ("S1", "S2"):
        telemetry.milestone("purchase_order", "PO-1", "created", ago(0.5), authority=authority)
    flows.catch_up(context)
    assert {i.authority for i in flows.instances(context, DAY)} == {"S1", "S2"}


def test_impossible_times_are_listed_and_never_used(context: Context, telemetry: Telemetry) -> None:
    telemetry.milestone("purchase_order", "PO-1", "created", ago(0.5))
    telemetry.milestone("purchase_order", "PO-1", "erp_posted", datetime(1948, 5, 1, tzinfo=UTC))
    telemetry.milestone("purchase_order", "PO-1", "acknowledged", NOW + timedelta(days=2))
    flows.catch_up(context)
    assert only(context).milestones == ("created",)
    assert [(q.milestone, q.time.year) for q in flows.questionable_times(context)] == [
        ("acknowledged", 2026),
        ("erp_posted", 1948),
    ]


def test_other_facilities_are_hidden_and_leave_no_trace(context: Context, telemetry: Telemetry) -> None:
    telemetry.milestone(FLOW, "MS-1", "executed", ago(1))
    telemetry.milestone(FLOW, "MS-1", "price_file_received", ago(1), facility_id="H01", item_id="A")
    seen = Context(context.store, context.configuration, Scope("h07", frozenset({"H07"})), context.clock)
    flows.catch_up(context)
    assert flows.instances(seen, DAY) == ()
    assert flows.contracts(seen, DAY) == ()
    assert flows.summary(seen, DAY)[0].instances == 0
    assert len(flows.instances(context.narrowed("H01"), DAY)) == 1


def test_alive_in_the_interval_only(context: Context, telemetry: Telemetry) -> None:
    for key, hours in (("old", 60.0), ("now", 6.0)):
        for step, milestone in enumerate(("created", "erp_posted", "acknowledged")):
            telemetry.milestone("purchase_order", key, milestone, ago(hours - step))
    flows.catch_up(context)
    assert [i.key for i in flows.instances(context, DAY)] == ["now"]
    assert [i.key for i in flows.instances(context, Interval(ago(61), ago(59)))] == ["old"]
    assert flows.instances(context, Interval(ago(61), ago(59)))[0].state is FlowState.IN_FLIGHT
    summary = {s.flow: s for s in flows.summary(context, DAY)}["purchase_order"]
    assert (summary.completed, summary.median_seconds, summary.previous_completed) == (1, 7200, 0)
    assert {s.flow: s for s in flows.summary(context, Interval(ago(48), NOW))}["purchase_order"].previous_completed == 1


def test_pages_of_instances_do_not_overlap(context: Context, telemetry: Telemetry) -> None:
    for number in range(5):
        telemetry.milestone("purchase_order", f"PO-{number}", "created", ago(0.1 + number))
    flows.catch_up(context)
    listed = [i.key for offset in (0, 2, 4) for i in flows.instances(context, DAY, limit=2, offset=offset)]
    assert sorted(listed) == [f"PO-{n}" for n in range(5)]
    assert [i.key for i in flows.instances(context, DAY, state=FlowState.IN_FLIGHT)] == ["PO-0"]
    assert [i.key for i in flows.instances(context, DAY, key="PO-3")] == ["PO-3"]


def test_stages_trend_and_groups(context: Context, telemetry: Telemetry) -> None:
    for key, hours, country in (("PO-1", 4.0, "Kenya"), ("PO-2", 8.0, "Kenya"), ("PO-3", 6.0, "Haiti")):
        steps = (("created", ago(12)), ("erp_posted", ago(11)), ("acknowledged", ago(12 - hours)))
        for milestone, at in steps:
            telemetry.milestone("purchase_order", key, milestone, at, attributes={"country": country}, supplier_id="S1")
    flows.catch_up(context)
    first, second = flows.stages(context, DAY, "purchase_order")
    assert (first.from_milestone, first.to_milestone, first.median_seconds) == ("created", "erp_posted", 3600)
    assert (second.party, second.instances, second.median_seconds) == ("supplier", 3, 5 * 3600)
    (point,) = flows.trend(context, DAY, "purchase_order")
    assert (point.completed, point.median_seconds) == (3, 6 * 3600)
    late = ("erp_posted", "acknowledged")
    kenya, haiti = flows.by_group(context, DAY, "purchase_order", "country", late_milestone=late)
    assert (kenya.group, kenya.instances, kenya.median_seconds, kenya.late) == ("Kenya", 2, 6 * 3600, 2)
    assert kenya.p90_seconds == pytest.approx(7.6 * 3600)
    assert haiti.group == "Haiti"
    assert [g.group for g in flows.by_group(context, DAY, "purchase_order", "supplier")] == ["S1"]
    assert [g.late for g in flows.by_group(context, DAY, "purchase_order", "facility")] == [0]


def test_unknown_flow_is_empty(context: Context) -> None:
    assert (
        flows.stages(context, DAY, "none") == flows.trend(context, DAY, "none") == flows.by_group(context, DAY, "none", "x") == ()
    )
    assert flows.instances(context, DAY, flow="none") == ()
