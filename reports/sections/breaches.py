"""Broken promises of the week, each with whose turn it was and why."""

from __future__ import annotations

from typing import Any

from analytics import sla
from analytics.sla.rows import Breach
from domain.configuration import Configuration
from domain.interval import Interval
from reports.audiences import Audience
from reports.document import Column, Figure, Made, Section, Unit
from reports.sections import parties, service_levels
from reports.sections.asking import Answers, Asked, Part, Values, counted, listing, whole

_COLUMNS = (
    Column("breach_id", "Id", shown=False),
    Column("name", "Promise"),
    Column("subject", "What"),
    Column("facility_id", "Facility"),
    Column("party", "Whose turn"),
    Column("cause", "Cause"),
    Column("opened", "Since", Unit.TIME),
    Column("closed", "Until", Unit.TIME),
    Column("state", "At week's end"),
    Column("severity", "Severity", shown=False),
    Column("owner", "Owner"),
    Column("failure_class", "Failure class", shown=False),
    Column("supplier", "Supplier", shown=False),
    Column("evidence", "Evidence", shown=False),
    Column("sla_id", "Promise id", shown=False),
)
RULES = (
    "A breach opens at the due time, not when it was detected. It is of the week when it was open in any part of it, and open at the week's end when nothing had closed it by then.",
    "Whose turn: the party that had to reach the step which was waited for; otherwise the party that answers for the promise.",
)


def found(answers: Answers, interval: Interval, audience: Audience) -> tuple[Breach, ...]:
    """Breaches an audience is told of, those open at the interval's end first, newest first in each."""
    rows = [row for row in answers.ask(sla.breaches, interval) if _concerns(row, answers.configuration, audience)]
    return tuple(sorted(rows, key=lambda row: not open_at(row, interval)))


def open_at(breach: Breach, interval: Interval) -> bool:
    return breach.closed is None or breach.closed >= interval.end


def _concerns(breach: Breach, configuration: Configuration, audience: Audience) -> bool:
    if audience.supplier:
        return breach.attributes.get("supplier", "") == audience.supplier
    if audience.party:
        return parties.of_breach(breach, configuration) == audience.party
    promise = configuration.sla(breach.sla_id)
    return promise is None or service_levels.concerns(promise, audience, configuration)


def measure(answers: Answers, interval: Interval, audience: Audience) -> Values:
    rows = found(answers, interval, audience)
    return {"breaches": len(rows), "breaches_open": sum(open_at(row, interval) for row in rows)}


def build(asked: Asked) -> Part:
    rows = found(asked.answers, asked.interval, asked.audience)
    table = listing("breaches", "Breaches", _COLUMNS, (_row(asked, row) for row in rows), key=("breach_id",))
    total, still = whole(asked.value("breaches")), whole(asked.value("breaches_open"))
    title = f"{counted(total, 'breach', 'breaches')}, {still:,} open at the week's end" if total else "No breach"
    section = Section("breaches", title, listings=(("breaches", 15),) if rows else ())
    return Part(section, _figures(asked), (table,), RULES)


def _row(asked: Asked, row: Breach) -> dict[str, Any]:
    return {
        **{name: getattr(row, name) for name in ("breach_id", "name", "subject", "facility_id", "opened", "closed", "severity", "evidence", "sla_id")},
        "party": parties.name(parties.of_breach(row, asked.configuration)),
        "cause": row.reason,
        "state": "open" if open_at(row, asked.interval) else "closed",
        "owner": parties.person(row.owner, asked.configuration),
        "failure_class": row.attributes.get("failure_class", ""),
        "supplier": row.attributes.get("supplier", ""),
    }  # fmt: skip


def _figures(asked: Asked) -> tuple[Figure, ...]:
    still = Made("breaches", where=(("state", ("open",)),))
    return (
        asked.figure("breaches", "Breaches", Unit.COUNT, Made("breaches"), "down"),
        asked.figure("breaches_open", "Breaches open at the week's end", Unit.COUNT, still, "down"),
    )
