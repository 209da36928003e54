"""The jobs that report failures nobody sends as such: error logs, and what was expected and did not come.

They write failure reports, which the rules classify like any other. Each looks at what was received or fell due since it last
looked, and may be run again: a report has one id.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from analytics.context import Context
from analytics.edi.questions import JUDGED
from analytics.edi.questions import parameters as of_documents
from analytics.sla.progress import NEVER, record_jobs, watermark
from domain.flows import Flow
from domain.interval import Interval
from domain.landscape import Party
from store.generations import active_number
from store.query import Query

_LOGS = Query.beside(__file__, "error_logs.sql")
_EXPLAINED = Query.beside(__file__, "logs_of_failed_spans.sql")
_STEPS = Query.beside(__file__, "overdue_steps.sql")
_COME = Query.beside(__file__, "overdue_come.sql")
_DOCUMENTS = Query.beside(__file__, "overdue_documents.sql")
_ANSWERED = Query.beside(__file__, "documents_answered.sql")
_OVERDUE_DOCUMENTS = Query(
    _DOCUMENTS.name,
    "INSERT INTO failure_reports (source_id, source, interface_id, facility_id, code, message, correlation_id, contract_id,"
    f" supplier_id, purchase_order_id, invoice_id, time, received)\n{JUDGED}{_DOCUMENTS.text}",
)
_LATE_ANSWERS = Query(
    _ANSWERED.name,
    f"INSERT INTO object_successes (interface_id, object_type, object, facility_id, time, received)\n{JUDGED}{_ANSWERED.text}",
)
# A record is stamped on receipt and committed a little later; and a span often comes just after the log of its error.
_SETTLED = timedelta(seconds=10)
_OVERLAP = timedelta(seconds=50)
# What was spooled while the store was away keeps its time of receipt: everything is looked through again now and then.
_AGAIN, _AGAIN_EVERY = timedelta(days=8), timedelta(hours=1)
_FIRST_LOOK = timedelta(days=30)
_DOCUMENTS_BACK = timedelta(days=45)
_OTHERS = (Party.SUPPLIER, Party.GPO, Party.GATEWAY)


def report_error_logs(context: Context) -> None:
    """Error logs received since the last run become failures, except those of spans that failed themselves."""
    until = context.now - _SETTLED
    since, jobs = _since(context, "failures:logs", until)
    if until <= since:
        return
    given = {"since": since, "until": until, "now": context.now}
    context.store.run(_LOGS, **given)
    context.store.run(_EXPLAINED, **given)
    record_jobs(context, dict.fromkeys(jobs, until))


def report_overdue(context: Context) -> None:
    """Steps and acknowledgements that fell due without coming since the last run become failures; those that came are answered."""
    now = context.now
    # Another generation of rules may see milestones that the one before did not.
    since, jobs = _since(context, f"failures:overdue:{active_number(context.store)}", now)
    for flow in context.configuration.flows:
        given = _of_flow(flow) | {"now": now, "since": since}
        if any(given["allowed"]):
            context.store.run(_STEPS, **given, earliest=now - _longest(given["allowed"]))
            context.store.run(_COME, **{name: given[name] for name in ("flow", "key_type", "steps", "now", "since")})
    documents = of_documents(context, Interval(now - _DOCUMENTS_BACK, now), None, None, None)
    context.store.run(_OVERDUE_DOCUMENTS, **documents)
    context.store.run(_LATE_ANSWERS, **documents)
    record_jobs(context, dict.fromkeys(jobs, now))


def _since(context: Context, job: str, until: datetime) -> tuple[datetime, list[str]]:
    """From when to look, and the jobs whose watermark moves then."""
    known, again = watermark(context, job), watermark(context, f"{job}:again")
    if known == NEVER:
        return until - _FIRST_LOOK, [job, f"{job}:again"]
    if until - again >= _AGAIN_EVERY:
        return min(known, until - _AGAIN), [job, f"{job}:again"]
    return known - _OVERLAP, [job]


def _of_flow(flow: Flow) -> dict[str, Any]:
    """The flow's steps in order; `before`: the required step that each waits for, '' for the first."""
    before, last = [], ""
    for step in flow.milestones:
        before.append(last)
        last = last if step.optional else step.id
    return {
        "flow": flow.id,
        "key_type": flow.key,
        "steps": [m.id for m in flow.milestones],
        "names": [m.name for m in flow.milestones],
        "before": before,
        "allowed": [int(m.expected_within.total_seconds()) if m.expected_within else 0 for m in flow.milestones],
        "interfaces": [m.interface or "" for m in flow.milestones],
        "awaited": [int(m.party in _OTHERS) for m in flow.milestones],
        "parties": [m.party.value for m in flow.milestones],
    }


def _longest(allowed: list[int]) -> timedelta:
    return _FIRST_LOOK + timedelta(seconds=max(allowed))
