"""Rows of batch_runs and batch_rejects, each with every column, whoever reports the run."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any, Literal

from collector.json_bodies import EARLIEST, END
from collector.rows import Row

Status = Literal["started", "running", "succeeded", "partial", "failed"]

RUN: Mapping[str, Any] = {
    "job": "", "run_id": "", "status": "", "interface_id": "", "facility_id": "", "started": None, "finished": None,
    "business_date": None, "file_name": "", "file_hash": "", "records_expected": None, "records_read": None,
    "records_accepted": None, "records_rejected": None, "control_total_expected": None, "control_total_actual": None,
    "message": "", "correlation_id": "", "source": "api",
}  # fmt: skip
REJECT: Mapping[str, Any] = {
    "job": "", "run_id": "", "line": 0, "interface_id": "", "facility_id": "", "code": "", "message": "", "contract_id": "",
    "supplier_id": "", "item_id": "", "purchase_order_id": "", "invoice_id": "", "correlation_id": "",
}  # fmt: skip
# As long as the JSON bodies of /v1/batches may be.
_NAME, _TEXT = 512, 65_536


def run_row(job: str, run_id: str, status: Status, received: datetime, **columns: Any) -> Row:
    """One report of a run; what is not given was not reported. TypeError for a column batch_runs does not have."""
    return _filled(RUN, columns | {"job": job, "run_id": run_id, "status": status}) | {"received": received}


def reject_row(job: str, run_id: str, line: int, time: datetime, received: datetime, **columns: Any) -> Row:
    """One refused record, `line` counted from 1; `time` must be the same whenever the reject is told again."""
    return _filled(REJECT, columns | {"job": job, "run_id": run_id, "line": line}) | {"time": time, "received": received}


def ended(accepted: int, rejected: int) -> Status:
    """How a finished run went: whole, in part, or not at all."""
    if not rejected:
        return "succeeded"
    return "partial" if accepted else "failed"


def business_date(value: date | None) -> date | None:
    """`value` where the store can hold it."""
    return value if value is not None and date(1900, 1, 1) <= value < date(2299, 1, 1) else None


def instant(value: datetime | None) -> datetime | None:
    """`value` in UTC where the store can hold it; None for a time that was never meant, such as year 1."""
    if value is None or value.tzinfo is None:
        return None
    try:
        value = value.astimezone(UTC)
    except OverflowError:
        return None
    return value if EARLIEST <= value < END else None


def _filled(columns: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    unknown = given.keys() - columns.keys()
    if unknown:
        raise TypeError(f"no such column: {', '.join(sorted(unknown))}")
    row = {**columns, **given}
    return {name: _bounded(name, value) if isinstance(value, str) else value for name, value in row.items()}


def _bounded(name: str, value: str) -> str:
    # A lone surrogate is legal in JSON text and no UTF-8.
    clean = value.encode("utf-8", "replace").decode() if not value.isascii() else value
    return clean[: _TEXT if name == "message" else _NAME]
