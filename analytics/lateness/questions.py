"""What of an interval was received after somebody had looked."""

from __future__ import annotations

from datetime import datetime

from analytics.context import Context
from analytics.lateness.rows import LateEvidence
from domain.interval import Interval
from store.query import Query

LATE = Query.beside(__file__, "late.sql")
# What each kind is called, singular and plural.
KINDS = {
    "span": ("span", "spans"),
    "milestone": ("milestone", "milestones"),
    "failure": ("failure", "failures"),
    "batch_run": ("batch report", "batch reports"),
    "queue_sample": ("queue reading", "queue readings"),
    "po_line": ("order line", "order lines"),
    "invoice_line": ("invoice line", "invoice lines"),
    "contract_price": ("contract price", "contract prices"),
    "edi_document": ("EDI document", "EDI documents"),
    "exclusion": ("exclusion", "exclusions"),
}


def late(context: Context, interval: Interval, since: datetime) -> tuple[LateEvidence, ...]:
    """Evidence of `interval` received after `since` and up to now, by kind; a kind without any has no row.

    A contract price is of the interval when it was in force in it; an exclusion when it overlaps it.
    """
    return context.store.rows(
        LATE, LateEvidence, start=interval.start, end=interval.end, since=since, now=context.now, **context.scope.parameters()
    )
