"""Rows as tables show them: names instead of ids, durations in words, times and amounts exact."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from analytics import words
from analytics.activity.rows import InterfaceHealth
from analytics.batches.rows import BatchRun
from analytics.failures.rows import FailureGroup
from analytics.flows.rows import ContractRow
from analytics.lookup.rows import StoryEvent
from analytics.pricing.billing_rows import InvoiceException
from analytics.pricing.rows import LeakageLine
from analytics.queues.rows import QueueState
from dashboards import health, naming
from domain.configuration import Configuration

Row = dict[str, Any]


def contract(one: ContractRow, flow: str, configuration: Configuration, now: datetime) -> Row:
    return {
        "Contract": one.contract_id,
        "Supplier": one.supplier_id,
        "Live": f"{one.loaded:,} of {one.lines:,} lines",
        "Stuck": one.stuck,
        "Not live at": naming.some(one.facilities_waiting, 6) or "any hospital yet",
        "Waits for": naming.milestone(configuration, flow, one.waiting_for),
        "Turn": one.party,
        "Started": one.started,
        "Open for": words.duration((now - one.started).total_seconds()),
    }


def mapping(group: FailureGroup, configuration: Configuration) -> Row:
    return {
        "What": f"{group.object_type} {group.object}".strip(),
        "Class": group.class_name or group.failure_class,
        "Contracts": naming.some(group.contracts),
        "At": naming.some(group.facilities),
        "Tries": group.count,
        "Since": group.first_seen,
        "Owner": naming.person(configuration, group.owner),
        "Message": group.message,
    }


def leakage_line(row: LeakageLine) -> Row:
    return {
        "PO": row.purchase_order_id,
        "Line": row.line,
        "Hospital": row.facility_id,
        "Contract": row.contract_id,
        "Item": row.item_id,
        "Supplier": row.supplier_id,
        "Ordered": row.ordered,
        "Quantity": row.quantity,
        "Price": row.price,
        "Contract price": row.contract_price,
        "Overpaid": row.overpaid,
        "Currency": row.currency,
        "Why": "stale price" if row.stale else "other",
    }


def invoice_exception(row: InvoiceException, configuration: Configuration) -> Row:
    return {
        "Invoice": row.invoice_id,
        "Supplier": row.supplier_id,
        "PO": row.purchase_order_id,
        "Hospital": row.facility_id,
        "Item": row.item_id,
        "Exception": row.exception,
        "Amount": row.amount,
        "Currency": row.currency,
        "Invoiced": row.invoiced,
        "Caused by": naming.failure_class(configuration, row.failure_class) if row.failure_class else "no interface failure",
        "Interface": naming.interface(configuration, row.failure_interface) if row.failure_interface else "",
        "Message": row.failure_message,
    }


def control_total(run: BatchRun) -> Row:
    return {
        "Job": run.job,
        "Run": run.run_id,
        "Finished": run.finished,
        "Status": run.status,
        "Expected records": run.records_expected,
        "Read": run.records_read,
        "Rejected": run.records_rejected,
        "Control total": run.control_total_expected,
        "Found": run.control_total_actual,
        "Off by": run.control_total_off,
        "Message": run.message,
    }


def interface(row: InterfaceHealth, configuration: Configuration) -> Row:
    shown = health.SHOWN[health.of(row)]
    return {
        "Status": shown,
        "Interface": row.name or row.interface_id,
        "Tier": row.tier if row.registered else None,
        "Owner": naming.person(configuration, row.owner) if row.registered else "not registered",
        "Calls": row.spans,
        "Errors": words.percent(row.error_share) if row.error_share is not None else "",
        "Before": words.percent(row.previous_error_share) if row.previous_error_share is not None else "",
        "Median": words.duration(row.p50_seconds) if row.p50_seconds is not None else "",
        "p95": words.duration(row.p95_seconds) if row.p95_seconds is not None else "",
        "Open failures": row.open_failures,
        "Last seen": row.last_seen,
        "Last success": row.last_success,
    }


def failure(group: FailureGroup, configuration: Configuration) -> Row:
    return {
        "Class": group.class_name or group.failure_class,
        "What": f"{group.object_type} {group.object}".strip(),
        "Interface": naming.interface(configuration, group.interface_id),
        "At": naming.some(group.facilities),
        "Tries": group.count,
        "Since": group.first_seen,
        "Last": group.last_seen,
        "Owner": naming.person(configuration, group.owner),
        "Message": group.message,
    }


def queue(sample: QueueState, configuration: Configuration) -> Row:
    drained = "full: takes no more" if sample.full else "not draining" if sample.depth else ""
    return {
        "Queue": sample.queue,
        "Interface": naming.interface(configuration, sample.interface_id),
        "Waiting": sample.depth,
        "Peak": sample.peak_depth,
        "Oldest": "" if sample.oldest_age_seconds is None else words.duration(sample.oldest_age_seconds),
        "Drained in": drained if sample.drain_seconds is None else words.duration(sample.drain_seconds),
        "Consumers": sample.consumers,
        "Dead letters": sample.dead_letters,
        "Sampled": sample.sampled,
    }


def batch(run: BatchRun) -> Row:
    took = (run.finished - run.started).total_seconds() if run.started and run.finished else None
    return {
        "Status": f"! {run.status}" if run.status == "partial" else f"✕ {run.status}",
        "Job": run.job,
        "Run": run.run_id,
        "Started": run.started,
        "Took": "not finished" if took is None else words.duration(took),
        "Read": run.records_read,
        "Rejected": run.records_rejected,
        "File": run.file_name,
        "Message": run.message,
    }


_OUTCOMES = {"failed": "✕", "reached": "✓", "started": "…"}


def event(told: StoryEvent, configuration: Configuration) -> Row:
    rejected = "✕" if told.kind in ("failure", "batch_reject") else ""
    return {
        "When": told.time,
        "": _OUTCOMES.get(told.outcome, rejected),
        "Where": naming.interface(configuration, told.where),
        "What": told.what,
        "At": told.facility_id,
        "Turn": told.turn,
    }


def alike(group: FailureGroup, now: datetime) -> Row:
    return {
        "Contract": naming.some(group.contracts, 2),
        "What": group.object,
        "At": naming.some(group.facilities, 3),
        "Since": words.duration((now - group.first_seen).total_seconds()),
    }
