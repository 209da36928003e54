"""What will pile up, which batches did not come, who calls whom: three panels of the IT page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import streamlit as st

from analytics import batches, dependencies, queues, words
from analytics.batches import ArrivalState
from analytics.context import Context
from analytics.dependencies.rows import Edge, OnLastPrices, Standing
from analytics.queues import QueueOutlook
from dashboards import naming, source
from dashboards.components import states
from dashboards.components.questions import ask, ask_now, panel
from dashboards.components.tables import table
from dashboards.components.view import View
from dashboards.text import counted, markdown
from domain.interval import Interval

Row = dict[str, object]
_AHEAD = timedelta(hours=24)
_STUCK = {
    "no_consumer": "✕ no consumer",
    "not_acknowledging": "✕ nothing acknowledged",
    "head_not_moving": "✕ oldest message does not move",
}
_ARRIVED = {"awaited": "– awaited", "on_time": "● on time", "arrived_late": "! came late", "late": "! late", "missed": "✕ missed"}
_STANDING = {
    Standing.UNKNOWN_CALLER: "– caller not known",
    Standing.UNDECLARED_CALLER: "! caller not configured",
    Standing.UNDECLARED_CALLEE: "! callee not configured",
    Standing.UNDECLARED_PAIR: "! no interface between them",
    Standing.DECLARED: "● declared",
    Standing.INTERNAL: "● inside one system",
}


def outlook(view: View) -> None:
    """Queues: when they are empty, whose consumer is stuck, what is usual at this hour."""
    with panel("it_outlook", 220):
        found = [q for q in ask_now(queues.outlook, view) if q.depth or q.stuck]
        st.subheader(markdown(outlook_finding(found)), anchor=False)
        table(
            [outlook_row(q) for q in found],
            key="outlook",
            nothing="No message waits anywhere.",
            alt="Forecast of every queue that holds messages",
        )
        st.caption("Usual: the median at this hour of the week over eight weeks. A queue that is not draining has no time.")


def due(view: View) -> None:
    """Batches due in the period and the next day."""
    with panel("it_due", 260):
        if not source.context().configuration.arrivals:
            states.empty("No batch is expected.", "Say when batches are due under arrivals.", "supplyscope batches --arrivals")
            return
        found = ask(_due_and_next, view)
        shown = [a for a in found if a.troubled or a.state == "awaited"]
        st.subheader(markdown(due_finding(found)), anchor=False)
        table(
            [due_row(a) for a in shown],
            key="due",
            nothing=f"Every batch of the last {view.said} came in time and whole.",
            alt="Batches that are late, missed, not whole, or due within a day",
            story=lambda at: shown[at].run_id or shown[at].job,
        )


def calls(view: View) -> None:
    """Who calls whom, undeclared and troubled ones first; what runs on last approved prices."""
    with panel("it_calls", 300):
        edges = sorted(ask(dependencies.edges, view), key=_urgency)
        st.subheader(markdown(calls_finding(edges)), anchor=False)
        _last_prices(ask(dependencies.on_last_prices, view))
        configuration = source.context().configuration
        table(
            [call_row(e) | {"Interface": naming.interface(configuration, e.callee_interface)} for e in edges],
            key="calls_between",
            nothing=f"No call between services was seen in the last {view.said}.",
            alt="Calls between services: rate, errors, latency, throttled, refused, and whether they are declared",
        )


def outlook_finding(found: Sequence[QueueOutlook]) -> str:
    stuck = [q for q in found if q.stuck]
    if stuck:
        more = f", and {len(stuck) - 1} more" if len(stuck) > 1 else ""
        return f"{stuck[0].queue} is stuck with {counted(stuck[0].depth, 'message')}{more}"
    unusual = [q for q in found if q.unusual]
    if unusual:
        return f"{unusual[0].queue} is deeper than usual at this hour"
    return "Every queue is being drained or as deep as usual" if found else "Queues are empty"


def due_finding(found: Sequence[ArrivalState]) -> str:
    missed = [a for a in found if a.state in ("late", "missed")]
    if missed:
        return f"{counted(len(missed), 'batch', 'batches')} did not come, last {missed[0].job}"
    wrong = sum(a.troubled for a in found)
    return f"{counted(wrong, 'batch', 'batches')} came late or not whole" if wrong else "Every batch came when it was due"


def calls_finding(edges: Sequence[Edge]) -> str:
    strange = {e.caller for e in edges if e.standing is Standing.UNDECLARED_CALLER}
    troubled = sum(e.throttled + e.refused for e in edges)
    said = f"{counted(len(edges), 'dependency', 'dependencies')} between services"
    if strange:
        return f"{said}; {counted(len(strange), 'caller')} nobody configured"
    return f"{said}; {troubled:,} calls throttled or refused" if troubled else said


def outlook_row(q: QueueOutlook) -> Row:
    state = _STUCK.get(q.stuck, "! deeper than usual" if q.unusual else "– silent" if q.silent else "● ok")
    return {
        "State": state,
        "Queue": q.queue,
        "Waiting": q.depth,
        "Stuck since": q.stuck_since,
        "Empty in": "not draining" if q.drain_method and q.drain_seconds is None else _in_words(q.drain_seconds),
        "Told by": q.drain_method,
        "Grows per hour": _rounded(q.growth_per_hour),
        "Usual growth": _rounded(q.usual_growth_per_hour),
        "Usual depth": _rounded(q.usual_depth),
        "Weeks": q.usual_weeks,
    }


def due_row(a: ArrivalState) -> Row:
    return {
        "State": _ARRIVED[a.state],
        "Job": a.job,
        "Due": a.due,
        "Came": a.arrived,
        "After due": _in_words(a.after_due_seconds) if a.after_due_seconds and a.after_due_seconds > 0 else "",
        "Records": a.records,
        "What is wrong": ", ".join(a.flags),
        "Run": a.run_id,
    }


def call_row(e: Edge) -> Row:
    return {
        "State": _STANDING[e.standing],
        "Caller": e.caller or "not known",
        "Callee": e.callee,
        "How": e.mode,
        "Calls": e.calls,
        "Errors": words.percent(e.error_share),
        "p95": words.duration(e.p95_seconds),
        "429": e.throttled,
        "Refused": e.refused,
        "Last": e.last_seen,
    }


def _due_and_next(context: Context, interval: Interval) -> tuple[ArrivalState, ...]:
    return batches.arrivals(context, Interval(interval.start, interval.end + _AHEAD))


def _last_prices(found: Sequence[OnLastPrices]) -> None:
    for one in (o for o in found if o.ended is None):
        orders = sum(m.orders for m in one.meanwhile)
        known = f", prices of {_minute(one.prices_as_of)}" if one.prices_as_of else ""
        flows = ", ".join(one.flows)
        said = f"{one.name} is away since {_minute(one.started)}: {flows} runs on the last approved prices{known}; {counted(orders, 'order')} placed since"
        st.warning(markdown(said))


def _minute(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"


def _urgency(e: Edge) -> tuple[bool, int, int]:
    quiet = e.standing in (Standing.DECLARED, Standing.INTERNAL, Standing.UNKNOWN_CALLER)
    return quiet, -(e.throttled + e.refused), -e.calls


def _in_words(seconds: float | None) -> str:
    return "" if seconds is None else words.duration(seconds)


def _rounded(number: float | None) -> int | None:
    return None if number is None else round(number)
