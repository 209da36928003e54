"""Every question over HTTP: the same functions the pages call."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, HTTPException, Query, Request

from alerts import record
from analytics import activity, batches, failures, flows, intake, lookup, pricing, queues, sampling, sla
from analytics.context import Context
from analytics.flows.rows import FlowState
from domain.interval import Interval
from server.routes.json import Answer

router = APIRouter(prefix="/api/v1", tags=["questions"])


def asked(request: Request, facility: Annotated[str | None, Query(description="one facility; all without it")] = None) -> Context:
    """The server's context, narrowed to the facility asked for."""
    context: Context = request.app.state.runtime.context
    if facility and context.configuration.facility(facility) is None:
        known = ", ".join(f.id for f in context.configuration.facilities)
        raise HTTPException(404, f'facility "{facility}" is not configured; known are {known}')
    return context.narrowed(facility)


def period(
    start: Annotated[datetime | None, Query(alias="from", description="with time zone; 7 days before `to` without it")] = None,
    end: Annotated[datetime | None, Query(alias="to", description="with time zone; now without it")] = None,
) -> Interval:
    """The half-open interval asked about; 400 when a time has no zone or the order is wrong."""
    until = end or datetime.now(UTC)
    try:
        return Interval(start or until - timedelta(days=7), until)
    except ValueError as error:
        raise HTTPException(400, str(error)) from error


Asked = Annotated[Context, Depends(asked)]
Period = Annotated[Interval, Depends(period)]
Limit = Annotated[int, Query(ge=1, le=10_000)]


@router.get("/flows")
def list_flows(
    context: Asked,
    interval: Period,
    flow: str | None = None,
    state: FlowState | None = None,
    key: str | None = None,
    limit: Limit = 200,
    offset: int = 0,
) -> Answer:
    """Summary of every flow, and the instances alive in the interval, stuck ones first."""
    found = flows.instances(context, interval, flow=flow, state=state, key=key, limit=limit, offset=offset)
    return Answer({"summary": flows.summary(context, interval), "instances": found})


@router.get("/flows/by-group")
def list_groups(
    context: Asked,
    interval: Period,
    flow: str,
    group: str,
    late: Annotated[
        str | None, Query(description="two milestones, promised,actual: counts those where actual came later")
    ] = None,
) -> Answer:
    """Cycle times of one flow per facility, supplier or attribute."""
    pair = tuple(late.split(",")) if late else None
    if pair is not None and len(pair) != 2:
        raise HTTPException(400, f'late = "{late}" must name two milestones, for example scheduled,delivered')
    return Answer(flows.by_group(context, interval, flow, group, late_milestone=pair))


@router.get("/flows/stages")
def list_stages(context: Asked, interval: Period, flow: str) -> Answer:
    """Time between consecutive milestones."""
    return Answer(flows.stages(context, interval, flow))


@router.get("/flows/questionable-times")
def list_questionable(context: Asked, limit: Limit = 200) -> Answer:
    """Milestones whose time cannot be right: kept and listed."""
    return Answer(flows.questionable_times(context, limit=limit))


@router.get("/failures")
def list_failures(
    context: Asked,
    interval: Period,
    state: Literal["open", "resolved"] | None = None,
    failure_class: str | None = None,
    interface: str | None = None,
    limit: Limit = 200,
) -> Answer:
    """Counts per class, and failures grouped by object."""
    groups = failures.groups(context, interval, state=state, failure_class=failure_class, interface=interface, limit=limit)
    return Answer({"by_class": failures.by_class(context, interval), "groups": [_with_state(g) for g in groups]})


@router.get("/sla")
def list_slas(context: Asked, interval: Period, sla_id: str | None = None) -> Answer:
    """State of every SLA and the breaches of the interval."""
    status = [s for s in sla.status(context, interval) if sla_id in (None, s.sla_id)]
    return Answer(
        {
            "attainment": sla.attainment(context, interval),
            "status": status,
            "breaches": sla.breaches(context, interval, sla_id=sla_id),
        }
    )


@router.get("/queues")
def list_queues(context: Asked) -> Answer:
    """Latest sample of every queue."""
    return Answer(queues.latest(context))


@router.get("/queues/pollers")
def list_pollers(context: Asked) -> Answer:
    """How every configured poller does: age of its last good sample, failures in a row, why."""
    return Answer(queues.pollers(context))


@router.get("/batches")
def list_batches(
    context: Asked, interval: Period, job: str | None = None, status: str | None = None, limit: Limit = 200
) -> Answer:
    """Batch runs of the interval."""
    return Answer(batches.runs(context, interval, job=job, status=status, limit=limit))


@router.get("/pricing")
def list_pricing(context: Asked, interval: Period, limit: Limit = 200) -> Answer:
    """What was paid above contract: totals per currency and the lines."""
    return Answer({"total": pricing.total(context, interval), "lines": pricing.lines(context, interval, limit=limit)})


@router.get("/interfaces")
def list_interfaces(context: Asked, interval: Period) -> Answer:
    """Traffic and health of every interface, registered or seen; `sampled` where spans say they stand for others."""
    marked = {row.interface_id for row in sampling.sampled(context, interval)}
    found = activity.interfaces(context, interval)
    return Answer(tuple(replace(row, sampled=row.interface_id in marked) for row in found))


@router.get("/incidents")
def list_incidents(context: Asked, open_only: bool = False) -> Answer:
    """Incidents, newest first, and what was sent of them."""
    return Answer({"incidents": record.incidents(context, open_only=open_only), "deliveries": record.deliveries(context)})


@router.get("/trace/{key:path}")
def tell_story(
    context: Asked, key: str, cursor: Annotated[str | None, Query(description="of the page before; the newest without it")] = None
) -> Answer:
    """The story of a business key or correlation id: its newest rows, exact totals, and the cursor of the next page (null: the last)."""
    try:
        return Answer(lookup.story(context, key, cursor=cursor))
    except lookup.CursorError as error:
        raise HTTPException(400, str(error)) from error


@router.get("/landscape")
def show_landscape(context: Asked) -> Answer:
    """The configured facilities, interfaces and flows."""
    c = context.configuration
    return Answer({"organisation": c.organisation, "facilities": c.facilities, "interfaces": c.interfaces, "flows": c.flows})


def _with_state(group: Any) -> dict[str, Any]:
    return {"state": group.state, **{name: getattr(group, name) for name in group.__slots__}}


@router.get("/intake")
def list_intake(context: Asked, interval: Period) -> Answer:
    """How telemetry arrived: sources with lag, clock and silence; keys; refusals by reason."""
    return Answer(
        {
            "sources": intake.sources(context, interval),
            "keys": intake.keys(context, interval),
            "refusals": intake.refusals(context, interval),
        }
    )
