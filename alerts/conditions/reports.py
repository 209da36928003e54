"""Reports that reached nobody: an alarm elsewhere, since their own channel is what failed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from alerts.conditions.condition import Condition, plain
from analytics.context import Context
from domain.slas import Severity
from store.query import Query

_DEAD = Query.beside(__file__, "dead_reports.sql")
# Sending it again ends the alarm; otherwise it is news for as long as a next report is awaited.
_LASTS = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class _Dead:
    audience: str
    week: str
    edition: int
    channel: str
    given_up: datetime
    reason: str


def undelivered(context: Context) -> Iterator[Condition]:
    """Mails of weekly reports that were refused or given up, until the edition is sent again, for three days."""
    for dead in context.store.rows(_DEAD, _Dead, start=context.now - _LASTS):
        report = f"report {dead.audience} {dead.week}"
        text = f"The weekly {report} (edition {dead.edition}) was not delivered through {dead.channel}: {dead.reason[:200]}"
        name = f"health|report|{dead.audience}|{dead.week}|{dead.edition}|{dead.channel}"
        yield plain(name, "health", report, Severity.WARNING, text, dead.given_up, dead.given_up)
