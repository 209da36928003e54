"""Rows of the evidence tables → lines of a story."""

from __future__ import annotations

from typing import Any

from analytics import words
from analytics.context import Context
from analytics.lookup.rows import StoryEvent

Row = dict[str, Any]


def milestone(context: Context, row: Row) -> StoryEvent:
    flow = context.configuration.flow(row["flow"])
    step = next((m for m in flow.milestones if m.id == row["milestone"]), None) if flow else None
    name = step.name if step else row["milestone"]
    item = f", item {row['item_id']}" if row["item_id"] else ""
    what = f"{name} ({words.spoken(flow.key) if flow else row['flow']} {row['key']}{item})"
    where = row["interface_id"] or row["source"]
    turn = step.party.value if step else ""
    return StoryEvent(row["time"], "milestone", where, what, row["outcome"], row["facility_id"], turn, row["correlation_id"])


def failure(context: Context, row: Row) -> StoryEvent:
    configured = context.configuration.failure_class(row["failure_class"])
    where = row["interface_id"] or row["job"]
    owner = configured.owner if configured else ""
    return StoryEvent(row["time"], "failure", where, row["message"], "failed", row["facility_id"], owner, row["correlation_id"])


def document(_: Context, row: Row) -> StoryEvent:
    return StoryEvent(
        row["time"], row["kind"], row["where"], row["what"], row["outcome"], row["facility_id"], "", row["correlation_id"]
    )


def run(_: Context, row: Row) -> StoryEvent:
    counts = (
        f", {row['records_rejected']:,} of {row['records_read']:,} rejected"
        if row["records_read"] and row["records_rejected"]
        else ""
    )
    file = f" of {row['file_name']}" if row["file_name"] else ""
    message = f": {row['message']}" if row["message"] else ""
    what = f"Run {row['run_id']}{file}{counts}{message}"
    return StoryEvent(row["time"], "batch_run", row["job"], what, row["status"], row["facility_id"], "", row["correlation_id"])


def reject(_: Context, row: Row) -> StoryEvent:
    what = f"Line {row['line']} of run {row['run_id']}: {row['message']}"
    return StoryEvent(row["time"], "batch_reject", row["job"], what, "failed", row["facility_id"], "", row["correlation_id"])
