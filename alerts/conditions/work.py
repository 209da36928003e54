"""Work on its way: instances of flows that are stuck or at risk, batches that did not come whole, keys that went missing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from alerts.conditions.condition import Condition, plain
from alerts.conditions.open_failures import LOOK_BACK, named
from analytics import batches, completeness, flows
from analytics.batches.arrivals import ArrivalState
from analytics.completeness.rows import HandoverHour
from analytics.context import Context
from analytics.flows.rows import FlowInstance, FlowState
from analytics.words import stuck_sentence, subject, when
from domain.conditions import Batch, Completeness, FlowAtRisk, FlowStuck
from domain.interval import Interval
from domain.slas import Severity

_MOST = 2_000


def stuck(context: Context, rule: FlowStuck) -> Iterator[Condition]:
    """Instances overdue or refused at their next step, since they got stuck."""
    for one in _instances(context, FlowState.STUCK, rule.flows):
        yield _of_instance(
            "flow_stuck", one, stuck_sentence(one, context.configuration), one.stuck_since or one.last_time, context
        )


def at_risk(context: Context, rule: FlowAtRisk) -> Iterator[Condition]:
    """Instances that usually need longer than is left to them, or are past due."""
    for one in _instances(context, FlowState.AT_RISK, rule.flows):
        due = f"; due {when(one.due, context.configuration.organisation.time_zone)}" if one.due else ""
        why = "is past due" if one.reason == "late" else "usually needs longer than is left"
        text = f"{subject(one, context.configuration)} is at risk: it {why}{due}."
        yield _of_instance("flow_at_risk", one, text, one.last_time, context)


def _instances(context: Context, state: FlowState, only: tuple[str, ...]) -> Iterator[FlowInstance]:
    interval = Interval(context.now - LOOK_BACK, context.now + timedelta(seconds=1))
    for flow in only or tuple(flow.id for flow in context.configuration.flows):
        yield from flows.instances(context, interval, flow=flow, state=state, limit=_MOST)


def _of_instance(kind: str, one: FlowInstance, text: str, opened: datetime, context: Context) -> Condition:
    flow = context.configuration.flow(one.flow)
    key_type = flow.key if flow else one.flow
    thing = named(key_type, one.key, one.authority, context.configuration)
    waiting = next((m for m in flow.milestones if m.id == one.waiting_for), None) if flow else None
    interface = context.configuration.interface(waiting.interface) if waiting and waiting.interface else None
    remedy = context.configuration.failure_class(one.failure_class)
    name = f"{kind}|{one.flow}|{one.authority}|{one.key}|{one.facility_id}|{one.item_id}|{one.effective}"
    found = plain(name, kind, thing, Severity.WARNING, text, opened)
    own = {"supplier": one.supplier_id, **({key_type: one.key} if key_type in ("purchase_order", "invoice") else {})}
    return replace(
        found,
        flow=one.flow,
        interface=interface.id if interface else "",
        owner=remedy.owner if remedy else interface.owner if interface else "",
        remedy=remedy.remedy if remedy else "",
        runbook=(remedy.runbook or "") if remedy else "",
        failure_class=one.failure_class,
        facilities=(one.facility_id,) if one.facility_id else (),
        contracts=(one.key,) if key_type == "contract" else (),
        items=(one.item_id,) if one.item_id else (),
        correlation_id=one.correlation_id,
        about=(thing,),
        correlation_ids=(one.correlation_id,) if one.correlation_id else (),
        party=one.party,
        labels=tuple(sorted((label, value) for label, value in own.items() if value)),
    )


def batch(context: Context, rule: Batch) -> Iterator[Condition]:
    """Expected batches that are late, missed or not whole. One that came late and whole is over."""
    for one in batches.arrivals(context, Interval(context.now - rule.within, context.now + timedelta(seconds=1))):
        if one.state in ("late", "missed") or one.flags:
            yield _of_arrival(one, context)


def _of_arrival(one: ArrivalState, context: Context) -> Condition:
    zone = context.configuration.organisation.time_zone
    place = f" for {one.facility_id}" if one.facility_id else ""
    if one.state in ("late", "missed"):
        text = f"Batch {one.job}{place} due {when(one.due, zone)} {'is late' if one.state == 'late' else 'did not come'}."
        opened = one.late_after
    else:
        text = f"Batch {one.job}{place} due {when(one.due, zone)} is not whole: {', '.join(one.flags)}."
        opened = one.arrived or one.due
    interface = next((i for i in context.configuration.interfaces if i.job == one.job), None)
    severity = Severity.CRITICAL if one.state == "missed" else Severity.WARNING
    name = f"batch|{one.arrival}|{one.due.isoformat()}"
    found = plain(name, "batch", f"batch {one.job}{place}", severity, text, opened)
    return replace(
        found,
        interface=interface.id if interface else "",
        owner=interface.owner if interface else "",
        facilities=(one.facility_id,) if one.facility_id else (),
        about=(f"batch {one.job}{place}",),
        labels=(("arrival", one.arrival), ("job", one.job)),
    )


def missing(context: Context, rule: Completeness) -> Iterator[Condition]:
    """Handovers of which keys were sent and not received in time."""
    hours: dict[str, list[HandoverHour]] = defaultdict(list)
    for hour in completeness.by_hour(context, Interval(context.now - rule.within, context.now + timedelta(seconds=1))):
        hours[hour.handover].append(hour)
    for one in context.configuration.handovers:
        found = hours.get(one.id, [])
        sent, lost = sum(h.sent for h in found), sum(h.missing for h in found)
        if lost < rule.at_least or sent < rule.min_sent or lost / sent < rule.share:
            continue
        gaps = [h.hour for h in found if h.missing]
        interface = one.received.interface or one.sent.interface or ""
        text = f'"{one.name}": {lost:,} of {sent:,} sent were not received in time.'
        opened, recent = min(gaps) + one.within, min(max(gaps) + timedelta(hours=1) + one.within, context.now)
        condition = plain(f"completeness|{one.id}", "completeness", f"handover {one.id}", Severity.WARNING, text, opened, recent)
        configured = context.configuration.interface(interface)
        owner = one.owner or (configured.owner if configured else "")
        yield replace(condition, interface=interface, flow=one.received.flow or "", owner=owner, labels=(("handover", one.id),))
