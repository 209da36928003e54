"""Business events → rows of the tables they belong to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from collector.events.envelope import (
    EVENTS,
    ContractPriceEvent,
    CrosswalkEvent,
    Event,
    FailureEvent,
    InvoiceLineEvent,
    MilestoneEvent,
    PurchaseOrderLineEvent,
)
from collector.events.foreign import Origins, translated
from collector.json_bodies import parse_list, refused
from collector.refusals import Problem
from collector.rows import Row
from domain.clock import Clock
from domain.configuration import Configuration


def read_events(body: bytes, configuration: Configuration, clock: Clock) -> dict[str, list[Row]]:
    """Table → rows of one CloudEvent or an array of them, of our own types or of mapped ones.

    Refused 400 names the event and the path of every problem, a flow or milestone that is not configured included.
    """
    events, origins = _parsed(body, configuration)
    _check_flows(events, origins, configuration)
    _check_times(events, origins)
    received = clock()
    tables: dict[str, list[Row]] = {}
    for index, event in enumerate(events):
        table, row = _row(event, received)
        if part := origins.part(index):
            row |= {"source_id": f"{row['source_id']}/{part}"}
        if row.get("correlation_id") == "" and event.correlation:
            row |= {"correlation_id": event.correlation}
        tables.setdefault(table, []).append(row)
    return tables


def _parsed(body: bytes, configuration: Configuration) -> tuple[list[Event], Origins]:
    """Events of our own types as they came in one go, which is fast; only what does not fit is looked at one by one."""
    try:
        array = b"[" + body + b"]" if body.lstrip()[:1] == b"{" else body
        return EVENTS.validate_json(array), Origins(())
    except ValidationError:
        own = translated(body, configuration)
    if own is None:
        return parse_list(EVENTS, body), Origins(())
    return own.validated(), own


def _check_flows(events: Sequence[Event], origins: Origins, configuration: Configuration) -> None:
    known = {flow.id: {milestone.id for milestone in flow.milestones} for flow in configuration.flows}
    problems = []
    for index, event in enumerate(events):
        if not isinstance(event, MilestoneEvent):
            continue
        milestones = known.get(event.data.flow)
        if milestones is None:
            message = f"this flow is not configured; configured are {_listed(known)}"
            problems.append(Problem(origins.place(index, "flow"), message, event.data.flow, event.id))
        elif event.data.milestone not in milestones:
            message = f"flow {event.data.flow} has no such milestone; it has {_listed(milestones)}"
            problems.append(Problem(origins.place(index, "milestone"), message, event.data.milestone, event.id))
    if problems:
        raise refused(problems)


def _check_times(events: Sequence[Event], origins: Origins) -> None:
    """Without a time of its own an event sent twice would be two events at two times."""
    timeless = [
        Problem(origins.envelope(index, "time"), "give the time in the event or in its data", "", event.id)
        for index, event in enumerate(events)
        if isinstance(event, MilestoneEvent | FailureEvent) and event.time is None and event.data.time is None
    ]
    if timeless:
        raise refused(timeless)


def _listed(names: Any) -> str:
    return ", ".join(sorted(names)) or "none"


def _row(event: Event, received: datetime) -> tuple[str, dict[str, Any]]:
    match event:
        case MilestoneEvent():
            return "milestones", _milestone(event, received)
        case ContractPriceEvent():
            known_from = event.data.known_from or event.time or received
            return "contract_prices", _plain(event, received) | {"known_from": known_from}
        case PurchaseOrderLineEvent():
            return "po_lines", _plain(event, received)
        case InvoiceLineEvent():
            return "invoices", _plain(event, received)
        case CrosswalkEvent():
            return "crosswalks", _plain(event, received) | {"withdrawn": int(event.data.withdrawn), "source": "event"}
        case FailureEvent():
            time = event.data.time or event.time or received
            return "failure_reports", _plain(event, received) | {"time": time}


def _milestone(event: MilestoneEvent, received: datetime) -> dict[str, Any]:
    row = _plain(event, received)
    row["time"] = event.data.time or event.time or received
    row["source"] = "import" if event.data.retention == "import" else "event"
    return row


def _plain(event: Event, received: datetime) -> dict[str, Any]:
    # The model's own dict: reading it is many times faster than model_dump, and nothing nested needs conversion.
    return {**event.data.__dict__, "source_id": event.source_id, "received": received}
