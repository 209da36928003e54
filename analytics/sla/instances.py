"""Cycle time and batch deadlines: a verdict on every instance or expected day, and the slices that count them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from analytics.context import Context
from analytics.sla.definitions import calendar_of
from analytics.sla.progress import NEVER, Due
from analytics.sla.registry import Registry
from domain.business_time import deadline_on, open_days
from domain.calendars import Calendar
from domain.slas import AcknowledgementSla, BatchDeadlineSla, CompletenessSla, CycleTimeSla
from store.query import Query

_CYCLE_TIME = Query.beside(__file__, "cycle_time_instances.sql")
_BATCH = Query.beside(__file__, "batch_instances.sql")
_EXCHANGES = Query.beside(__file__, "exchange_instances.sql")
_SLICES = Query.beside(__file__, "instance_slices.sql")
_CHANGED_FLOWS = Query.beside(__file__, "changed_flows.sql")
_JOBS = Query.beside(__file__, "jobs.sql")
_KEPT_BEYOND_WINDOW = timedelta(days=45)


def measure(context: Context, registry: Registry, todo: Sequence[Due], stamp: datetime) -> set[str]:
    """Judge what changed or fell due since the last look; returns the ids of the SLAs looked at."""
    exchanges = [d for d in todo if isinstance(d.sla, CompletenessSla | AcknowledgementSla)]
    looked = _exchanges(context, registry, exchanges, stamp)
    looked += [*_cycle_times(context, registry, [d for d in todo if isinstance(d.sla, CycleTimeSla)], stamp)]
    looked += _batches(context, [d for d in todo if isinstance(d.sla, BatchDeadlineSla)], stamp)
    if looked:
        context.store.run(
            _SLICES,
            sla_ids=[d.sla.id for d in looked],
            generations=[d.generation for d in looked],
            since=[d.since for d in looked],
            earliest=min(d.since for d in looked),
            stamp=stamp,
        )
    return {d.sla.id for d in looked}


def _exchanges(context: Context, registry: Registry, todo: Sequence[Due], stamp: datetime) -> list[Due]:
    """Messages and documents sent within the window, each a case, all SLAs in one statement."""
    if todo:
        oldest = context.now - max(d.sla.window for d in todo)
        ids = [d.sla.id for d in todo]
        context.store.run(_EXCHANGES, revision=registry.revision, sla_ids=ids, oldest=oldest, now=context.now, stamp=stamp)
    return list(todo)


def _cycle_times(context: Context, registry: Registry, todo: Sequence[Due], stamp: datetime) -> list[Due]:
    if not todo:
        return []
    rows = context.store.records(
        _CHANGED_FLOWS,
        sla_ids=[d.sla.id for d in todo],
        generations=[d.generation for d in todo],
        flows=[d.sla.flow for d in todo if isinstance(d.sla, CycleTimeSla)],
        since=[d.since for d in todo],
        earliest=min(d.since for d in todo),
        now=context.now,
    )
    ids = {row["sla_id"] for row in rows} | {d.sla.id for d in todo if d.since == NEVER}
    changed = [d for d in todo if d.sla.id in ids]
    # One statement for all that were looked at together, which after the first time is everybody.
    for since in sorted({d.since for d in changed}):
        context.store.run(
            _CYCLE_TIME,
            revision=registry.revision,
            sla_ids=[d.sla.id for d in changed if d.since == since],
            since=since,
            now=context.now,
            stamp=stamp,
        )
    return changed


def _batches(context: Context, todo: Sequence[Due], stamp: datetime) -> list[Due]:
    """A job is expected from its first reported run on: of a job that never reported nothing is known."""
    if not todo:
        return []
    jobs = [d.sla.job for d in todo if isinstance(d.sla, BatchDeadlineSla)]
    known = {row["job"]: row for row in context.store.records(_JOBS, jobs=sorted(set(jobs)))}
    looked = []
    for due, job in zip(todo, jobs, strict=True):
        calendar = calendar_of(due.sla, context.configuration)
        if job not in known or calendar is None:
            continue
        days = _expected(context, due, calendar, known[job]["first_day"])
        fell_due = any(due.since < at <= context.now for _, at in days)
        if days and (fell_due or known[job]["newest"] > due.since):
            _judge_batch(context, due, calendar, days, stamp)
            looked.append(due)
    return looked


def _expected(context: Context, due: Due, calendar: Calendar, first_day: date) -> list[tuple[date, datetime]]:
    """Open days of the job with their deadlines, to tomorrow."""
    sla = due.sla
    assert isinstance(sla, BatchDeadlineSla)
    today = context.now.astimezone(UTC).date()
    first = max(first_day, today - sla.window - _KEPT_BEYOND_WINDOW)
    days = open_days(calendar, first, today + timedelta(days=1))
    return [(day, deadline_on(calendar, day, sla.deadline)) for day in days]


def _judge_batch(context: Context, due: Due, calendar: Calendar, days: list[tuple[date, datetime]], stamp: datetime) -> None:
    sla = due.sla
    assert isinstance(sla, BatchDeadlineSla)
    context.store.run(
        _BATCH,
        sla_id=sla.id,
        generation=due.generation,
        job=sla.job,
        days=[day.isoformat() for day, _ in days],
        deadlines=[at for _, at in days],
        max_reject_share=sla.max_reject_share,
        min_records=sla.min_records,
        control_totals=int(sla.control_totals),
        zone=calendar.time_zone,
        now=context.now,
        stamp=stamp,
    )
