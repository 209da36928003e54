"""Questions about service levels over an interval, answered from minute slices."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from analytics.context import Context
from analytics.sla import definitions, judging
from analytics.sla.rows import Attainment, AttainmentPoint, Breach, DayCell, FacilityCell, SlaState, SlaStatus
from domain.budgets import Budgeting
from domain.interval import Interval
from domain.slas import Severity, Sla
from store.query import Query

_STATUS = Query.beside(__file__, "status.sql")
_OPEN = Query.beside(__file__, "open_breaches.sql")
_BY_FACILITY = Query.beside(__file__, "by_facility.sql")
_BY_DAY = Query.beside(__file__, "by_day.sql")
_BREACHES = Query.beside(__file__, "breaches.sql")
_FIRST, _LAST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
_WORST_FIRST = (SlaState.BREACHED, SlaState.AT_RISK, SlaState.MET, SlaState.NO_DATA)
_NO_EVENTS = {"good_now": 0, "total_now": 0, "good_before": 0, "total_before": 0}


def status(context: Context, interval: Interval) -> tuple[SlaStatus, ...]:
    """Every configured SLA over `interval`, worst first; `previous_attained` is of the interval of equal length before."""
    found = {
        row["sla_id"]: row
        for row in context.store.records(
            _STATUS, **_which(context), start=interval.start, end=interval.end, before=interval.before().start
        )
    }
    open_rows = context.store.records(_OPEN, at=interval.end, **context.scope.parameters())
    opened = {row["sla_id"]: row["breaches"] for row in open_rows}
    rows = [_status(context, sla, found.get(sla.id, _NO_EVENTS), opened.get(sla.id, 0)) for sla in context.configuration.slas]
    return tuple(sorted(rows, key=_worst_first))


def attainment(context: Context, interval: Interval) -> Attainment:
    """How many SLAs keep their promise. `at_risk` ones still do; shares are of the SLAs with data (None: none has any)."""
    rows = status(context, interval)
    count = Counter(row.state for row in rows)
    met, at_risk, missed = count[SlaState.MET], count[SlaState.AT_RISK], count[SlaState.BREACHED]
    before = [row.previous_attained >= row.target for row in rows if row.previous_attained is not None]
    return Attainment(
        met=met,
        at_risk=at_risk,
        missed=missed,
        no_data=count[SlaState.NO_DATA],
        share=judging.share(met + at_risk, met + at_risk + missed),
        previous_share=judging.share(sum(before), len(before)),
    )


def attainment_trend(context: Context, interval: Interval) -> tuple[AttainmentPoint, ...]:
    """For each day of `interval` in the organisation's zone, the SLAs with data and those of them that met their target."""
    with_data: Counter[date] = Counter()
    met: Counter[date] = Counter()
    targets = {sla.id: sla.target for sla in context.configuration.slas}
    for row in _day_rows(context, interval):
        with_data[row["day"]] += 1
        met[row["day"]] += definitions.meets(row["good"], row["total"], targets[row["sla_id"]])
    return tuple(AttainmentPoint(day, met[day], with_data[day]) for day in _days(context, interval))


def by_facility(context: Context, interval: Interval) -> tuple[FacilityCell, ...]:
    """State of each SLA that is told by facility, at every facility in scope; SLAs in configured order."""
    rows = context.store.records(_BY_FACILITY, **_which(context), start=interval.start, end=interval.end)
    found = {(row["sla_id"], row["facility_id"]): (row["good"], row["total"]) for row in rows}
    told = {sla_id for sla_id, _ in found}
    scope = context.scope.facilities
    places = [f.id for f in context.configuration.facilities if scope is None or f.id in scope]
    places += sorted({facility for _, facility in found} - set(places))
    return tuple(
        FacilityCell(sla.id, sla.name, place, good, total, judging.share(good, total), judging.state(good, total, sla.target))
        for sla in context.configuration.slas
        if sla.id in told
        for place in places
        for good, total in (found.get((sla.id, place), (0, 0)),)
    )


def by_day(context: Context, interval: Interval) -> tuple[DayCell, ...]:
    """State of every SLA on every day of `interval` in the organisation's zone; a day without events has no data."""
    found = {(row["sla_id"], row["day"]): (row["good"], row["total"]) for row in _day_rows(context, interval)}
    days = _days(context, interval)
    return tuple(
        DayCell(sla.id, sla.name, day, good, total, judging.share(good, total), judging.state(good, total, sla.target))
        for sla in context.configuration.slas
        for day in days
        for good, total in (found.get((sla.id, day), (0, 0)),)
    )


def breaches(context: Context, interval: Interval, *, open_only: bool = False, sla_id: str | None = None) -> tuple[Breach, ...]:
    """Breaches that overlap `interval`, newest first. A breach of an SLA no longer configured keeps its id as its name."""
    rows = context.store.records(
        _BREACHES,
        start=interval.start,
        end=interval.end,
        open_only=int(open_only),
        sla_id=sla_id or "",
        detected=_FIRST,
        withdrawn_too=0,
        **context.scope.parameters(),
    )
    return tuple(_breach(context, row) for row in rows)


def recorded_now(context: Context, ids: frozenset[str]) -> tuple[Breach, ...]:
    """The breaches with these ids, of which a fact was recorded just now, oldest first."""
    if not ids:
        return ()
    always = {"start": _FIRST, "end": _LAST, "open_only": 0, "sla_id": ""}
    detected = context.now.replace(microsecond=context.now.microsecond // 1000 * 1000)
    rows = context.store.records(_BREACHES, **always, withdrawn_too=1, detected=detected, **context.scope.parameters())
    return tuple(_breach(context, row) for row in reversed(rows) if row["breach_id"] in ids)


def _which(context: Context) -> dict[str, object]:
    current = definitions.generations(context.configuration)
    otherwise = [sla for sla in context.configuration.slas if sla.budgeting is not Budgeting.OCCURRENCES]
    return {
        "sla_ids": list(current),
        "generations": sorted(set(current.values())),
        # Never empty: the engine asks for at least one.
        "counted_otherwise": ["", *(sla.id for sla in otherwise)],
        "methods": [0, *(1 if sla.budgeting is Budgeting.TIMESLICES else 2 for sla in otherwise)],
        "lengths": [60, *(int(sla.slice_length.total_seconds()) for sla in otherwise)],
        "slice_targets": [0, *(definitions.parts_per_billion(sla.slice_target or 1.0) for sla in otherwise)],
        **context.scope.parameters(),
    }


def _status(context: Context, sla: Sla, row: dict[str, int], open_breaches: int) -> SlaStatus:
    good, total = row["good_now"], row["total_now"]
    return SlaStatus(
        sla_id=sla.id,
        name=sla.name,
        kind=sla.kind,
        target=sla.target,
        good=good,
        total=total,
        attained=judging.share(good, total),
        budget_left=judging.budget_left(good, total, sla.target),
        state=judging.state(good, total, sla.target),
        previous_attained=judging.share(row["good_before"], row["total_before"]),
        open_breaches=open_breaches,
        owner=sla.owner,
        severity=sla.severity.value,
        promise=definitions.promise(sla, context.configuration),
    )


def _worst_first(row: SlaStatus) -> tuple[int, float, str]:
    return _WORST_FIRST.index(row.state), 0.0 if row.budget_left is None else row.budget_left, row.sla_id


def _day_rows(context: Context, interval: Interval) -> list[dict[str, Any]]:
    zone = context.configuration.organisation.time_zone
    return context.store.records(_BY_DAY, **_which(context), start=interval.start, end=interval.end, zone=zone)


def _days(context: Context, interval: Interval) -> list[date]:
    zone = ZoneInfo(context.configuration.organisation.time_zone)
    first = interval.start.astimezone(zone).date()
    last = (interval.end - timedelta(microseconds=1)).astimezone(zone).date()
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _breach(context: Context, row: dict[str, Any]) -> Breach:
    sla = context.configuration.sla(str(row["sla_id"]))
    known = {"name": sla.name, "severity": sla.severity.value, "owner": sla.owner} if sla else {}
    unknown = {"name": row["sla_id"], "severity": Severity.WARNING.value, "owner": ""}
    values = {**unknown, **known, **row, "evidence": tuple(row["evidence"]), "attributes": dict(row["attributes"])}
    return Breach(**values)
