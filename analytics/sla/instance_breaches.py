"""Breaches of single instances and job days: opened at the due time, closed when the step is reached."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from analytics import words
from analytics.context import Context
from analytics.sla import definitions, facts
from analytics.sla.evidence import Evidence, Known
from analytics.sla.facts import Fact
from domain.flows import Flow
from domain.slas import BatchDeadlineSla, CycleTimeSla, Sla
from store.query import Query

_CHANGED = Query.beside(__file__, "changed_verdicts.sql")
_ENDED = Query.beside(__file__, "ended_instances.sql")

Row = Mapping[str, Any]


def changes(context: Context, since: datetime) -> list[Fact]:
    """Facts that follow from instances judged after `since` and are not recorded yet."""
    slas = [sla for sla in context.configuration.slas if isinstance(sla, CycleTimeSla | BatchDeadlineSla)]
    found = [_end(context, row) for row in context.store.records(_ENDED, since=since)]
    if not slas:
        return found
    rows = context.store.records(
        _CHANGED,
        since=since,
        sla_ids=[sla.id for sla in slas],
        generations=sorted({definitions.generation(sla, context.configuration) for sla in slas}),
        oldest=[context.now - sla.window for sla in slas],
    )
    by_sla = {sla.id: sla for sla in slas}
    for sla_id, group in groupby(sorted(rows, key=lambda row: row["sla_id"]), key=lambda row: str(row["sla_id"])):
        found += _begin(context, by_sla[sla_id], list(group))
    return found


def _begin(context: Context, sla: Sla, rows: Sequence[Row]) -> list[Fact]:
    if isinstance(sla, BatchDeadlineSla):
        begun = [_missed_deadline(context, sla, row) for row in rows]
    elif isinstance(sla, CycleTimeSla) and (flow := context.configuration.flow(sla.flow)):
        evidence = Evidence(context, flow, rows)
        begun = [_overdue(context, sla, flow, row, evidence.of(row)) for row in rows]
    else:
        return []
    ended = [
        facts.closed(context, fact, row["reached"], _reached_late(row["due"], row["reached"]))
        for fact, row in zip(begun, rows, strict=True)
        if row["reached"] is not None
    ]
    return [*begun, *ended]


def _overdue(context: Context, sla: CycleTimeSla, flow: Flow, row: Row, known: Known) -> Fact:
    names = {step.id: step.name for step in flow.milestones}
    awaited = known.awaited(flow)
    reason = f"{names[sla.to_milestone]} was not reached within {definitions.within_words(sla, context.configuration)} of {names[sla.from_milestone]}"
    if known.failure is not None:
        reason += f"; {known.failure['message'].rstrip('.')}"
    elif awaited is not None and awaited.id != sla.to_milestone and row["reached"] is None:
        reason += f"; it waits for {awaited.name}"
    attributes = {
        "instance": row["instance"], "flow": flow.id, "key": row["key"], "authority": row["authority"], flow.key: row["key"],
        "facility": row["place"], "item": row["item_id"], "supplier": known.supplier,
        "milestone": awaited.id if awaited else "", "interface": (awaited.interface or "") if awaited else "",
    }  # fmt: skip
    if known.failure is not None:
        attributes |= {"failure_class": known.failure["failure_class"], "interface": known.failure["interface"]}
    subject = " · ".join(part for part in (row["key"], row["facility_id"], row["item_id"]) if part)
    breach = {**row, "subject": subject, "facility_id": row["place"]}
    return facts.opened(context, breach, row["due"], reason, known.correlations, attributes)


def _missed_deadline(context: Context, sla: BatchDeadlineSla, row: Row) -> Fact:
    interface = next((i for i in context.configuration.interfaces if i.job == sla.job), None)
    reason = f"{sla.job} of {row['key']} had not finished by {sla.deadline:%H:%M}"
    attributes = {"instance": row["instance"], "job": sla.job, "day": row["key"], "interface": interface.id if interface else ""}
    breach = {**row, "subject": f"{sla.job} · {row['key']}", "facility_id": row["place"]}
    return facts.opened(context, breach, row["due"], reason, (), attributes)


def _end(context: Context, row: Row) -> Fact:
    if row["stands"]:
        return facts.closed(context, row, row["reached"], _reached_late(row["opened"], row["reached"]))
    reason = "evidence received later shows that it was in time or is measured differently"
    return facts.closed(context, row, row["opened"], reason, withdrawn=True)


def _reached_late(due: datetime, reached: datetime) -> str:
    return f"done {words.duration((reached - due).total_seconds())} after the due time"
