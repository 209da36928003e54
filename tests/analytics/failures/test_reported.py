"""Failures nobody sends as such: error logs, overdue steps, overdue acknowledgements."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from analytics import failures
from analytics.context import Context
from analytics.failures import reporting
from domain.interval import Interval
from store.query import Query
from tests.support.telemetry import Telemetry

NOW = datetime(2026, 11, 19, 15, 0, tzinfo=UTC)
DAYS = Interval(NOW - timedelta(days=3), NOW + timedelta(days=3))


def ago(hours: float) -> datetime:
    return NOW - timedelta(hours=hours)


def log(context: Context, body: str, hours: float, **columns: Any) -> None:
    row = {
        "time": ago(hours), "observed": ago(hours), "severity": 17, "body": body, "body_type": 1, "service": "erp",
        "interface_id": "erp-price-load", "attributes": {}, "resource_attributes": {}, "received": ago(hours),
    }  # fmt: skip
    context.store.insert("logs", [row | columns])


def later(context: Context, **ahead: float) -> Context:
    return replace(context, clock=lambda: NOW + timedelta(**ahead))


def found(context: Context) -> list[tuple[str, str, str, int, str]]:
    return [(g.source, g.failure_class, g.object, g.count, g.state) for g in failures.groups(context, DAYS)]


def test_error_logs_are_failures_classified_by_the_same_rules(context: Context) -> None:
    log(context, "No mapping for item 40-2217 at H07", 2)
    log(context, "price list is odd", 2, severity=0, severity_text="Fatal", contract_id="MS-1")
    log(context, "only a warning about item 40-9", 2, severity=13)
    log(context, "an error of nothing we know", 2, interface_id="")
    log(context, "gateway said no", 2, attributes={"error.code": "504"}, item_id="40-3")
    for _ in range(2):
        reporting.report_error_logs(context)
    assert sorted(found(context)) == [
        ("log", "item_mapping_missing", "40-2217", 1, "open"),
        ("log", "timeout", "40-3", 1, "open"),
        ("log", "unclassified", "MS-1", 1, "open"),
    ]


def test_a_log_of_a_failed_span_is_not_another_failure(context: Context, telemetry: Telemetry) -> None:
    trace = telemetry.span("load", ago(2), error="No mapping for item 40-1", interface_id="erp-price-load", item_id="40-1")
    (span,) = context.store.records(Query("test/spans", "SELECT span_id FROM spans"))
    log(context, "No mapping for item 40-1", 2, trace_id=trace, span_id=span["span_id"])
    reporting.report_error_logs(context)
    assert found(context) == [("span", "item_mapping_missing", "40-1", 1, "open")]


def test_a_log_that_came_before_its_failed_span_is_taken_back(context: Context) -> None:
    log(context, "No mapping for item 40-2", 2, trace_id=b"t" * 16, span_id=b"s" * 8)
    reporting.report_error_logs(context)
    assert [row[0] for row in found(context)] == ["log"]
    failed = {
        "failure_id": b"f" * 16, "time": ago(2), "source": "span", "interface_id": "erp-price-load", "failure_class": "item_mapping_missing",
        "object_type": "item", "object": "40-2", "trace_id": b"t" * 16, "span_id": b"s" * 8, "received": ago(-0.01), "generation": 1,
    }  # fmt: skip
    context.store.insert("failures", [failed])
    reporting.report_error_logs(later(context, minutes=2))
    assert [row[:4] for row in found(context)] == [("span", "item_mapping_missing", "40-2", 1)]


def test_an_acknowledgement_that_does_not_come_fails_and_resolves_when_it_comes(context: Context, telemetry: Telemetry) -> None:
    for order, hours in (("PO-1", 30), ("PO-2", 30), ("PO-3", 5)):
        telemetry.milestone("purchase_order", order, "created", ago(hours + 1), received=ago(hours))
        telemetry.milestone("purchase_order", order, "erp_posted", ago(hours), received=ago(hours), supplier_id="S1")
    telemetry.milestone("purchase_order", "PO-2", "acknowledged", ago(7))
    for _ in range(2):
        reporting.report_overdue(context)
    (group,) = failures.groups(context, DAYS)
    assert (group.source, group.code, group.object_type, group.object, group.first_seen, group.supplier_id) == (
        "overdue", "OVERDUE:acknowledged", "purchase_order", "PO-1", ago(6), "S1")  # fmt: skip
    assert "has not come from the supplier" in group.message
    telemetry.milestone("purchase_order", "PO-1", "acknowledged", ago(-1), received=ago(-1))
    reporting.report_overdue(later(context, hours=2))
    (group,) = failures.groups(later(context, hours=2), DAYS)
    assert (group.resolved, group.resolved_by) == (ago(-1), "success")
    reporting.report_overdue(later(context, hours=26))
    assert {g.object for g in failures.groups(later(context, hours=26), DAYS)} == {"PO-1", "PO-3"}


def test_late_evidence_of_an_old_step_is_looked_at(context: Context, telemetry: Telemetry) -> None:
    reporting.report_overdue(context)
    telemetry.milestone("purchase_order", "PO-9", "erp_posted", ago(40), received=ago(-0.5))
    reporting.report_overdue(later(context, hours=1))
    assert [g.object for g in failures.groups(context, DAYS)] == ["PO-9"]


def test_a_step_begun_and_never_ended_is_a_timeout(context: Context, telemetry: Telemetry) -> None:
    telemetry.milestone("purchase_order", "PO-5", "acknowledged", ago(30), outcome="started", received=ago(30))
    telemetry.milestone("purchase_order", "PO-6", "acknowledged", ago(30), outcome="started", received=ago(30))
    telemetry.milestone("purchase_order", "PO-6", "acknowledged", ago(29), outcome="failed", received=ago(29))
    reporting.report_overdue(context)
    assert [(g.code, g.object) for g in failures.groups(context, DAYS)] == [("TIMEOUT", "PO-5")]
