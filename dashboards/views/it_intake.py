"""How telemetry arrives: which sources speak, whose clock is off, what was refused."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from analytics import intake, words
from analytics.intake import KeyIntake, Refusal, SourceClock, SourceIntake
from dashboards import naming, source
from dashboards.components.questions import ask, panel
from dashboards.components.tables import table
from dashboards.components.view import View
from dashboards.text import counted, markdown
from domain.configuration import Configuration

Row = dict[str, object]


def panels(view: View) -> None:
    """Sources, then keys and refusals where there are any."""
    with panel("it_intake", 300):
        sources = sorted(ask(intake.sources, view), key=_urgency)
        st.subheader(markdown(finding(sources, view.said)), anchor=False)
        table(
            [source_row(row, source.context().configuration) for row in sources],
            key="intake",
            nothing="Nothing has been received yet. Point an OpenTelemetry exporter at the collector.",
            alt="Every source: records received, newest receipt, lag from event to receipt, clock, silence",
        )
        st.caption(
            "Lag is receipt minus event time, events over a day off left out. Silent: three times its longest pause of a week."
        )
    _keys(view)


def _keys(view: View) -> None:
    with panel("it_intake_keys", 160):
        keys, refusals = ask(intake.keys, view), ask(intake.refusals, view)
        refused = sum(refusal.refused for refusal in refusals)
        st.subheader(f"{counted(refused, 'request')} refused in {view.said}" if refused else "No request refused", anchor=False)
        table(
            [refusal_row(row) for row in refusals],
            key="refusals",
            nothing="Every request was taken.",
            alt="Refused requests by signal and reason",
        )
        table(
            [key_row(row) for row in keys],
            key="ingest_keys",
            nothing="No request has been recorded yet.",
            alt="What each ingest key sent: requests, records, bytes, repeats, refusals, last use",
        )


def finding(sources: Sequence[SourceIntake], said: str) -> str:
    """One sentence: how much came from how many, and who is silent or has a wrong clock."""
    if not sources:
        return "Nothing has been received yet"
    speaking = [row for row in sources if row.records]
    text = f"{sum(row.records for row in speaking):,} records from {counted(len(speaking), 'source')} in {said}"
    for rows, said_of in (
        ([row for row in sources if row.silent], "silent"),
        ([row for row in sources if row.clock is SourceClock.AHEAD], "with a clock ahead of ours"),
    ):
        if rows:
            text += f"; {said_of}: {naming.some([row.service or row.interface_id for row in rows])}"
    return text


def source_row(row: SourceIntake, configuration: Configuration) -> Row:
    return {
        "Source": row.service,
        "Interface": naming.interface(configuration, row.interface_id) if row.interface_id else "none named",
        "Signal": row.signal,
        "State": "silent" if row.silent else "speaking",
        "Records": row.records,
        "Last received": row.last_minute,
        "Mean lag": _seconds(row.mean_lag_seconds),
        "Least lag": _seconds(row.least_lag_seconds),
        "Clock": row.clock.value,
        "Over a day off": row.far_off,
    }


def refusal_row(row: Refusal) -> Row:
    return {"Signal": row.signal, "Reason": row.reason.replace("_", " "), "Refused": row.refused, "Last": row.last_minute}


def key_row(row: KeyIntake) -> Row:
    return {
        "Key": row.key_id or "none needed",
        "Signal": row.signal,
        "Requests": row.requests,
        "Records": row.records,
        "MB": round(row.bytes / 1e6, 2),
        "Repeated": row.repeated,
        "Refused": row.refused,
        "Mean time to commit": _seconds(row.mean_seconds),
        "Last used": row.last_used,
    }


def _urgency(row: SourceIntake) -> tuple[bool, bool, str, str]:
    return (not row.silent, row.clock is not SourceClock.AHEAD, row.service, row.interface_id)


def _seconds(seconds: float | None) -> str:
    if seconds is None:
        return "–"
    if abs(seconds) < 120:
        return f"{seconds:.1f} s"
    return ("-" if seconds < 0 else "") + words.duration(abs(seconds))
