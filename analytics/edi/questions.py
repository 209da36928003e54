"""X12 documents and their acknowledgements, paired by control numbers in both directions."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from analytics.context import Context
from analytics.edi.rows import ControlConflict, EdiDocument, EdiSetFigures
from domain.configuration import Configuration
from domain.interval import Interval
from store.query import Query

JUDGED = Query.beside(__file__, "judged.sql").text
_LOOK_BACK = timedelta(days=45)


def _judged(file: str) -> Query:
    query = Query.beside(__file__, file)
    return Query(query.name, JUDGED + query.text)


DOCUMENTS = _judged("documents.sql")
BY_SET = _judged("by_set.sql")
CONFLICTS = Query.beside(__file__, "control_conflicts.sql")


def documents(
    context: Context,
    interval: Interval,
    *,
    partner: str | None = None,
    set_id: str | None = None,
    status: str | None = None,
    key: str | None = None,
    limit: int = 200,
) -> tuple[EdiDocument, ...]:
    """Documents sent in `interval`, overdue ones first, then the newest. `key`: a business key or a control number as written.

    Acknowledgements themselves (997, 999, TA1) are not listed: they are what the documents carry.
    """
    given = parameters(context, interval, partner, set_id, key)
    return context.store.rows(DOCUMENTS, EdiDocument, **given, status=status or "", limit=limit)


def overdue(context: Context, *, partner: str | None = None, limit: int = 200) -> tuple[EdiDocument, ...]:
    """Documents of the last 45 days whose acknowledgement is due and has not come, the longest missing first."""
    interval = Interval(context.now - _LOOK_BACK, context.now + timedelta(days=1))
    return documents(context, interval, partner=partner, status="overdue", limit=limit)


def by_set(context: Context, interval: Interval) -> tuple[EdiSetFigures, ...]:
    """Documents sent in `interval` per set, direction and partner, what is overdue or rejected first."""
    return context.store.rows(BY_SET, EdiSetFigures, **parameters(context, interval, None, None, None))


def control_conflicts(context: Context, interval: Interval, *, limit: int = 200) -> tuple[ControlConflict, ...]:
    """Control numbers received in `interval` that stood for other contents before, or do so since."""
    return context.store.rows(CONFLICTS, ControlConflict, start=interval.start, end=interval.end, limit=limit)


def parameters(context: Context, interval: Interval, partner: str | None, set_id: str | None, key: str | None) -> dict[str, Any]:
    """What judged.sql takes."""
    expected = _expected(context.configuration)
    return {
        "start": interval.start, "end": interval.end, "now": context.now, "partner": partner or "", "set_id": set_id or "",
        "key": key or "", "names": list(expected), "seconds": list(expected.values()), **context.scope.parameters(),
    }  # fmt: skip


def _expected(configuration: Configuration) -> dict[str, float]:
    """partner|set|direction → seconds until its acknowledgement is due; '' stands for every partner, or both directions."""
    found = {"": 0.0}  # an empty array has no element type
    for entry in configuration.edi.sets:
        if entry.acknowledge_within is not None:
            found[f"|{entry.set}|{entry.direction or ''}"] = entry.acknowledge_within.total_seconds()
    for partner in configuration.edi.partners:
        found |= {f"{partner.id}|{name}|": within.total_seconds() for name, within in partner.acknowledge_within.items()}
    return found
