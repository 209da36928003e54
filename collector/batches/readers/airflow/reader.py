"""Airflow DAG runs → a batch run each.

Format: GET /api/v1/dags/{id}/dagRuns (Airflow 2) and /api/v2/dags/{id}/dagRuns (Airflow 3), the answer saved as it came; a
single run, as the API gives for one id, is read too. `conf` is not kept: it may hold secrets.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, BinaryIO

from collector.batches.readers.documents import load, mapping, objects, pieces, text, time_of
from collector.batches.rows import Status, business_date, run_row
from collector.files.reader import FileContext, Tables, Unreadable
from collector.rows import Row

_STATES: dict[str, Status] = {"queued": "started", "running": "running", "success": "succeeded", "failed": "failed"}


class AirflowReader:
    """The job is the one told from outside, else the DAG; the run is dag_id/dag_run_id.

    The logical date, null in Airflow 3 where a run was triggered by hand, is the business date.
    """

    def read(self, file: BinaryIO, name: str, context: FileContext) -> Iterator[Tables]:
        document = mapping(load(file, name, context))
        runs = [document] if "dag_run_id" in document else objects(document.get("dag_runs"), "dag_runs", name)
        return pieces([_row(run, f"dag_runs[{n}]", name, context) for n, run in enumerate(runs)], [])


def _row(run: dict[str, Any], path: str, name: str, context: FileContext) -> Row:
    dag, id = text(run.get("dag_id")), text(run.get("dag_run_id") or run.get("run_id"))
    if not dag or not id:
        raise Unreadable(f"{name}: {path} has no dag_id or no dag_run_id; save the answer of …/dagRuns as it came")
    state = text(run.get("state"))
    job = context.job_or(dag)
    status = _STATES.get(state, "running")
    return run_row(
        job, f"{dag}/{id}", status, context.received, interface_id=context.interface_of(job),
        started=time_of(run.get("start_date")),
        finished=time_of(run.get("end_date")) if status in ("succeeded", "failed") else None,
        business_date=_day(run.get("logical_date") or run.get("execution_date")), file_name=name,
        file_hash=context.digest.hex(), message=_message(run, state), source="airflow",
    )  # fmt: skip


def _day(value: Any) -> date | None:
    at = time_of(value)
    return business_date(at.date()) if at else None


def _message(run: dict[str, Any], state: str) -> str:
    """scheduled run by timetable: what somebody noted."""
    kind = " ".join(filter(None, (text(run.get("run_type")), "run")))
    by = text(run.get("triggered_by"))
    unknown = "" if state in _STATES else f', state "{state[:80]}" is not known'
    note = text(run.get("note"))
    return f"{kind}{f' by {by}' if by else ''}{unknown}{f': {note}' if note else ''}"
