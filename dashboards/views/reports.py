"""Weekly reports: which editions there are and whether they arrived, a preview as their readers saw it, and every file."""

from __future__ import annotations

import base64
from datetime import datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import streamlit as st

from analytics import words
from analytics.context import Context
from dashboards import source
from dashboards.components import states
from dashboards.components.questions import ask_now, panel
from dashboards.components.tables import table
from dashboards.components.view import View
from dashboards.text import counted, markdown
from reports import building, record
from reports.audiences import Audience, find, with_suppliers
from reports.building import Progress
from reports.document import Report
from reports.formats import files
from reports.record import EditionRow, Mailing
from reports.sections.asking import Answers
from reports.weeks import IsoWeek
from store.priority import behind_intake

_WEEKS = 26
_PREVIEW_PIXELS = 1100
_NAMES = {"pdf": "PDF", "xlsx": "Workbook", "html": "Web page", "json": "JSON"}


def page() -> None:
    heading = st.container()
    context = source.context()
    audience, week = _choose(context)
    with heading, panel():
        st.title(markdown(finding(ask_now(editions, View()), ask_now(mailings, View()), context)), anchor=False)
        states.as_of("with every choice")
    if audience is None:
        states.empty("No report of this name is configured.", "Name audiences under reports in the configuration.")
        return
    stored = [row for row in ask_now(editions, View()) if (row.audience, row.week) == (audience.id, str(week))]
    _show(context, audience, week, _number(stored))
    _record()


def _choose(context: Context) -> tuple[Audience | None, IsoWeek]:
    """Audience and week; the address holds both: ?audience=facility:H07&week=2026-W46."""
    left, right = st.columns([1.4, 1])
    newest = IsoWeek.before(context.now, context.configuration.organisation.time_zone)
    weeks = [str(newest.back(back)) for back in range(-1, _WEEKS)]
    with right:
        chosen = st.selectbox("Week", weeks, index=1, key="week", bind="query-params")
    week = IsoWeek.parse(chosen or str(newest))
    known = ask_now(known_audiences, View(), str(week))
    names = {audience.id: audience.name for audience in known}
    with left:
        id = st.selectbox("Audience", list(names), key="audience", bind="query-params", format_func=lambda id: names.get(id, id))
    return (find(context.configuration, id) if id else None), week


def _number(stored: list[EditionRow]) -> int:
    """The edition to show: the newest, unless the reader wants an older one; 0 where there is none."""
    if len(stored) < 2:
        return stored[0].edition if stored else 0
    asked = st.segmented_control(
        "Edition", [row.edition for row in reversed(stored)], default=stored[0].edition, key="edition", required=True
    )
    return asked or stored[0].edition


def _show(context: Context, audience: Audience, week: IsoWeek, number: int) -> None:
    held = record.edition(context.store, audience.id, str(week), number) if number else None
    report = held.report if held else _draft(context, audience, week)
    if report is None:
        return
    st.caption(
        markdown(
            f"{report.report_id} · data up to the watermark {words.when(report.watermark, report.zone)} · configuration {report.configuration}"
        )
    )
    with st.container(horizontal=True):
        for form, name in _NAMES.items():
            st.download_button(
                name, partial(files.render, report, form), files.file_name(report, form), files.MEDIA_TYPES[form],
                key=f"{report.report_id}_{form}", icon=":material/download:", on_click="ignore",
            )  # fmt: skip
    st.iframe(_isolated(report), height=_PREVIEW_PIXELS, alt=f"Report {report.report_id}")


def _isolated(report: Report) -> str:
    """The page under an origin of its own: whatever is in it cannot reach this one."""
    return "data:text/html;charset=utf-8;base64," + base64.b64encode(files.render(report, "html")).decode()


def _draft(context: Context, audience: Audience, week: IsoWeek) -> Report | None:
    """Built when asked for, with its progress; kept for the visit."""
    kept: dict[tuple[str, str], Report] = st.session_state.setdefault("report_drafts", {})
    key = (audience.id, str(week))
    if key not in kept:
        states.empty(
            f"No edition of {week} for {audience.name} has been made.",
            "Editions are made on their schedule. A draft shows what is known now and is not kept.",
            f"supplyscope report send --audience {audience.id} --week {week}",
        )
        if not st.button("Preview a draft", icon=":material/preview:"):
            return None
        with st.status(f"Building {week} for {audience.name}", expanded=False) as status:
            behind_intake()
            kept[key] = building.build(Answers(context), audience, week, lambda p: status.update(label=_said(p)))
            status.update(label="Built", state="complete")
    return kept[key]


def _said(progress: Progress) -> str:
    return f"{progress.doing} ({progress.done} of {progress.of})"


def _record() -> None:
    with panel("report_editions", 260):
        rows = ask_now(editions, View())
        st.subheader("Editions", anchor=False)
        mails = ask_now(mailings, View())
        table(
            [_row(row, mails) for row in rows],
            key="report_editions",
            nothing="No report has been made yet. Name readers under reports in the configuration, or ask: supplyscope report send",
            alt="Editions of weekly reports with their readers and whether the mail arrived",
        )


def _row(row: EditionRow, mails: tuple[Mailing, ...]) -> dict[str, Any]:
    of = [mail for mail in mails if (mail.audience, mail.week, mail.edition) == (row.audience, row.week, row.edition)]
    return {
        "Week": row.week, "Audience": row.audience, "Edition": row.edition, "Made": row.made, "By": row.reason,
        "Finding": row.headline, "To": ", ".join(address for mail in of for address in mail.addresses),
        "Mail": ", ".join(f"{_STATES[mail.state]}{f' ({mail.detail})' if mail.detail else ''}" for mail in of) or "– not mailed",
    }  # fmt: skip


_STATES = {"sent": "✓ sent", "owed": "! on its way", "dead": "✕ given up"}


def editions(context: Context) -> tuple[EditionRow, ...]:
    """Newest week and edition first."""
    return record.editions(context.store, limit=500)


def mailings(context: Context) -> tuple[Mailing, ...]:
    return record.mailings(context.store)


def known_audiences(context: Context, week: str) -> tuple[Audience, ...]:
    """Configured ones, and a scorecard for each supplier seen in the week."""
    return with_suppliers(context, IsoWeek.parse(week).interval(context.configuration.organisation.time_zone))


def finding(rows: tuple[EditionRow, ...], mails: tuple[Mailing, ...], context: Context) -> str:
    """What became of the newest week's reports."""
    if not rows:
        return "No weekly report has been made yet."
    week = rows[0].week
    of_week = {row.audience for row in rows if row.week == week}
    dead = [mail for mail in mails if mail.week == week and mail.state == "dead"]
    waiting = [mail for mail in mails if mail.week == week and mail.state == "owed"]
    zone = ZoneInfo(context.configuration.organisation.time_zone)
    made: datetime = max(row.made for row in rows if row.week == week).astimezone(zone)
    said = f"{counted(len(of_week), 'report')} of {week} made, the last on {made:%A} {made:%H:%M}"
    if dead:
        return f"{said}; {counted(len(dead), 'mail')} could not be delivered."
    return f"{said}; {counted(len(waiting), 'mail')} on the way." if waiting else f"{said}."
