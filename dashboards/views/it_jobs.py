"""Our own scheduled work: what runs, what fails, what lags."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from analytics import activity, words
from analytics.activity.jobs import JobProgress, JobRun
from dashboards.components.questions import ask_now, panel
from dashboards.components.tables import table
from dashboards.components.view import View
from dashboards.text import counted, markdown

_FURTHEST_BEHIND = 12
Row = dict[str, object]


def panels(view: View) -> None:
    """Jobs, those that need a look first, then the incremental ones furthest behind."""
    with panel("it_jobs", 220):
        runs = sorted(ask_now(activity.job_runs, view), key=lambda run: (not _troubled(run), run.job))
        st.subheader(markdown(finding(runs)), anchor=False)
        table(
            [run_row(run) for run in runs],
            key="jobs",
            nothing="No job has reported yet.",
            alt="Scheduled jobs: last run, duration, error",
        )
        behind = sorted(ask_now(activity.job_progress, view), key=lambda row: -row.lag_seconds)[:_FURTHEST_BEHIND]
        table(
            [progress_row(row) for row in behind],
            key="job_progress",
            nothing="No incremental job has recorded how far it is.",
            alt="Incremental jobs furthest behind: what was received before the time shown is in their results",
        )


def finding(runs: Sequence[JobRun]) -> str:
    """One sentence: how many jobs run, and which do not do well."""
    if not runs:
        return "No job has reported yet"
    troubled = [run.job for run in runs if _troubled(run)]
    return f"{counted(len(runs), 'job')} run as they should" if not troubled else f"Not as it should run: {', '.join(troubled)}"


def _troubled(run: JobRun) -> bool:
    return bool(run.last_error) or run.late or run.silent


def run_row(run: JobRun) -> Row:
    state = (
        "silent"
        if run.silent
        else "failing"
        if run.last_error
        else "late"
        if run.late
        else "running"
        if run.running_since
        else "resting"
    )
    return {
        "Job": run.job,
        "State": state,
        "Every": words.duration(run.every_seconds),
        "Last run ended": run.last_finished,
        "Took": words.duration(run.last_seconds),
        "Runs": run.runs,
        "Failed": run.failures,
        "Last error": run.last_error[:200],
        "Process": run.process,
    }


def progress_row(row: JobProgress) -> Row:
    return {"Incremental job": row.job, "Has everything before": row.watermark, "Lag": words.duration(max(0.0, row.lag_seconds))}
