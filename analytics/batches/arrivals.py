"""Which batches came, when they were due, and what was wrong with them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from analytics.batches import planning
from analytics.context import Context
from domain.interval import Interval
from store.query import Query

ARRIVALS = Query.beside(__file__, "arrivals.sql")


@dataclass(frozen=True, slots=True)
class ArrivalState:
    """One expected arrival. state: awaited, late (not come, past its grace), missed (not come, given up), arrived_late, on_time.

    arrived, after_due_seconds: of the first run that delivered; None: none did. run_id, records and control_total_off: of the
    newest that did. business_date None: not compared. flags: failed, partial, empty, records missing, control total off,
    too few records, too many records, stale file sent again, sent twice.
    """

    arrival: str
    job: str
    facility_id: str
    due: datetime
    late_after: datetime
    missed_after: datetime
    business_date: date | None
    state: str
    arrived: datetime | None
    after_due_seconds: float | None
    run_id: str
    records: int | None
    control_total_off: Decimal | None
    flags: tuple[str, ...] = ()

    @property
    def troubled(self) -> bool:
        """It needs a look: not here in time, or not whole."""
        return self.state in ("late", "missed", "arrived_late") or bool(self.flags)


def arrivals(context: Context, interval: Interval, *, job: str | None = None, limit: int = 1_000) -> tuple[ArrivalState, ...]:
    """Every configured arrival due in `interval`, newest first; one that lies ahead is awaited. A facility's reader sees its own."""
    scope: dict[str, Any] = dict(context.scope.parameters())
    asked = [a for a in context.configuration.arrivals if job in (None, a.job)]
    seen = [a for a in asked if scope["all_facilities"] or a.facility is None or a.facility in scope["facilities"]]
    if not seen:
        return ()
    utc = Interval(interval.start.astimezone(UTC), interval.end.astimezone(UTC))
    planning.ensure_planned(context, utc)
    return context.store.rows(
        ARRIVALS,
        ArrivalState,
        now=context.now,
        start=utc.start,
        end=utc.end,
        arrivals=[a.id for a in seen],
        definitions=[planning.definition(context, a) for a in seen],
        jobs=[a.job for a in seen],
        facilities_of=[a.facility or "" for a in seen],
        least=[-1 if a.least_records is None else a.least_records for a in seen],
        most=[-1 if a.most_records is None else a.most_records for a in seen],
        limit=limit,
        **scope,
    )
