"""The story of a key: what is found, how far it reaches, and what it says."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from analytics import lookup
from analytics.context import Context
from analytics.scope import Scope
from domain.flows import Crosswalk
from tests.support.telemetry import Telemetry

NOW = datetime(2026, 11, 19, 15, 0, tzinfo=UTC)
LINE = {"facility_id": "H07", "contract_id": "MS-7895", "item_id": "40-2217", "supplier_id": "S1"}


def ago(hours: float) -> datetime:
    return NOW - timedelta(hours=hours)


def refused_activation(telemetry: Telemetry, correlation: str = "C-7f3a9c21") -> None:
    telemetry.span("contract.executed", ago(6), 0, interface_id="clm-contract-events", correlation_id=correlation, **LINE)
    telemetry.span(
        "load price", ago(2), 1, error="No mapping for item 40-2217 at H07", interface_id="erp-price-load",
        correlation_id=correlation, **LINE,
    )  # fmt: skip


def test_a_refused_load_is_told_across_traces(context: Context, telemetry: Telemetry) -> None:
    refused_activation(telemetry)
    story = lookup.story(context, "  C-7f3a9c21 ")
    assert story.finding == 'C-7f3a9c21 stopped at "ERP price load": No mapping for item 40-2217 at H07.'
    assert [s.name for s in story.spans] == ["contract.executed", "load price"]
    assert len({s.trace_id for s in story.spans}) == 2
    assert (story.spans[1].offset_seconds, story.spans[1].duration_seconds, story.spans[1].failed) == (4 * 3600, 1, True)
    assert [(e.kind, e.outcome) for e in story.events] == [
        ("milestone", "reached"),
        ("failure", "failed"),
        ("milestone", "failed"),
    ]
    assert story.facilities == ("H07",)
    assert {(k.key_type, k.value, k.depth) for k in story.keys} >= {("correlation", "C-7f3a9c21", 0), ("contract", "MS-7895", 1)}
    assert [k.value for k in lookup.recent_keys(context)] == ["C-7f3a9c21"]


def test_found_by_contract_item_and_trace_id(context: Context, telemetry: Telemetry) -> None:
    refused_activation(telemetry)
    for searched in ("MS-7895", "40-2217", lookup.story(context, "MS-7895").spans[0].trace_id.upper()):
        assert [s.name for s in lookup.story(context, searched).spans] == ["contract.executed", "load price"], searched


def test_unknown_says_so(context: Context) -> None:
    story = lookup.story(context, "C-unknown")
    assert (story.spans, story.events, story.keys, story.span_total) == ((), (), (), 0)
    assert story.finding == "Nothing is known of C-unknown: no span, milestone, failure or batch row carries it."
    assert lookup.story(context, " ").finding.startswith("Nothing is known")


def test_reaches_other_correlation_ids_through_identifying_keys_only(context: Context, telemetry: Telemetry) -> None:
    telemetry.span("a", ago(3), interface_id="x", correlation_id="C-1", purchase_order_id="PO-1", item_id="40-1")
    telemetry.span("b", ago(2), interface_id="x", correlation_id="C-2", purchase_order_id="PO-1")
    telemetry.span("c", ago(1), interface_id="x", correlation_id="C-3", item_id="40-1")
    assert {s.name for s in lookup.story(context, "C-2").spans} == {"a", "b"}


def test_depth_ends_the_story(context: Context, telemetry: Telemetry) -> None:
    for number in range(6):
        telemetry.span(
            f"s{number}", ago(6 - number), interface_id="x", correlation_id=f"C-{number}", purchase_order_id=f"PO-{number}"
        )
        telemetry.span(
            f"t{number}", ago(5.5 - number), interface_id="x", correlation_id=f"C-{number}", purchase_order_id=f"PO-{number + 1}"
        )
    story = lookup.story(context, "C-0")
    assert max(k.depth for k in story.keys) == 3
    assert "t5" not in {s.name for s in story.spans}


def test_invoices_of_the_same_number_stay_apart(context: Context, telemetry: Telemetry) -> None:
    telemetry.span("one", ago(3), interface_id="edi-810-in", correlation_id="C-1", invoice_id="INV-1", supplier_id="S1")
    telemetry.span("other", ago(2), interface_id="edi-810-in", correlation_id="C-2", invoice_id="INV-1", supplier_id="S2")
    assert [s.name for s in lookup.story(context, "C-1").spans] == ["one"]
    assert {s.name for s in lookup.story(context, "INV-1").spans} == {"one", "other"}


def test_a_busy_key_is_listed_but_not_followed(context: Context, telemetry: Telemetry) -> None:
    refused_activation(telemetry)
    with telemetry.together():
        for number in range(55):
            telemetry.span(
                "busy", ago(1), interface_id="x", contract_id="MS-7895", correlation_id=f"B-{number}", facility_id="H01"
            )
    story = lookup.story(context, "C-7f3a9c21")
    assert story.span_total == 2
    assert "MS-7895" in {k.value for k in story.keys}
    whole = lookup.story(context, "MS-7895", span_limit=10)
    assert (whole.span_total, len(whole.spans), whole.truncated) == (57, 10, True)
    assert {s.name for s in whole.spans} == {"busy"}


def test_spans_of_one_trace_in_several_buckets(context: Context, telemetry: Telemetry) -> None:
    trace = os.urandom(16)
    telemetry.span("first", ago(5), interface_id="x", correlation_id="C-1", trace_id=trace)
    telemetry.span("child without keys", ago(1), interface_id="x", trace_id=trace)
    assert [s.name for s in lookup.story(context, "C-1").spans] == ["first", "child without keys"]


def test_completed_work_says_how_long_it_took(context: Context, telemetry: Telemetry) -> None:
    for milestone, hours in (("created", 6.0), ("erp_posted", 5.0), ("acknowledged", 0.8)):
        telemetry.milestone("purchase_order", "PO-1", milestone, ago(hours), correlation_id="C-1")
    assert lookup.story(context, "PO-1").finding == "Purchase order PO-1 completed in 5.2 h."
    story = lookup.story(context, "C-1")
    assert story.finding == "Purchase order PO-1 completed in 5.2 h."
    assert story.events[0].what == "PO created (purchase order PO-1)"


def test_batch_run_is_found_by_run_file_and_job(context: Context, telemetry: Telemetry) -> None:
    run = {"job": "price-load", "run_id": "R-1", "status": "partial", "file_name": "prices.csv", "records_read": 10}
    run |= {"records_rejected": 1, "finished": ago(1), "received": NOW, "message": ""}
    context.store.insert("batch_runs", [run])
    reject = {
        "job": "price-load",
        "run_id": "R-1",
        "line": 4,
        "message": "No mapping for item 40-9 at H01",
        "time": ago(1),
        "received": NOW,
    }
    context.store.insert("batch_rejects", [reject | {"interface_id": "erp-price-load"}])
    for searched in ("R-1", "prices.csv", "price-load"):
        assert "batch_run" in {e.kind for e in lookup.story(context, searched).events}, searched
    story = lookup.story(context, "R-1")
    assert [e.kind for e in story.events] == ["batch_reject", "batch_run", "failure"]
    assert story.finding == 'R-1 stopped at "ERP price load": No mapping for item 40-9 at H01.'


def test_another_name_of_the_same_thing(context: Context, telemetry: Telemetry) -> None:
    refused_activation(telemetry)
    crosswalk = Crosswalk(key_type="item", authority="erp", value="40-2217", other_authority="gtin", other_value="00380740022171")
    known = replace(context, configuration=context.configuration.model_copy(update={"crosswalks": (crosswalk,)}))
    assert lookup.story(known, "00380740022171").searched == "40-2217"
    assert lookup.story(context, "00380740022171").spans == ()


def test_other_facilities_are_hidden(context: Context, telemetry: Telemetry) -> None:
    refused_activation(telemetry)
    seen = replace(context, scope=Scope("north", frozenset({"H01"})))
    story = lookup.story(seen, "C-7f3a9c21")
    assert (story.spans, story.facilities) == ((), ())
    assert "40-2217" not in story.finding
    assert lookup.recent_keys(seen) == ()
