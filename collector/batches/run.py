"""The body of POST /v1/batches."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter

from collector.json_bodies import Count, Instant, JsonBody, Name, OptionalName, Text, parse_list
from collector.rows import Row
from domain.clock import Clock
from domain.configuration import Configuration

ControlTotal = Annotated[Decimal, Field(max_digits=38, decimal_places=6, allow_inf_nan=False)]


class Reject(JsonBody):
    """A record the run refused. `line` counts from 1 in the run's file; `time` defaults to the run's finish."""

    line: Count
    code: OptionalName = ""
    message: Text
    facility_id: OptionalName | None = None
    contract_id: OptionalName = ""
    supplier_id: OptionalName = ""
    item_id: OptionalName = ""
    purchase_order_id: OptionalName = ""
    invoice_id: OptionalName = ""
    time: Instant | None = None


class BatchRun(JsonBody):
    """One report about a run; later reports of the same run complete it. Totals are in the file's own unit."""

    job: Name
    run_id: Name
    status: Literal["started", "running", "succeeded", "partial", "failed"]
    interface_id: OptionalName | None = None
    facility_id: OptionalName = ""
    started: Instant | None = None
    finished: Instant | None = None
    business_date: Annotated[date, Field(ge=date(1900, 1, 1), lt=date(2299, 1, 1))] | None = None
    file_name: OptionalName = ""
    file_hash: OptionalName = ""
    records_expected: Count | None = None
    records_read: Count | None = None
    records_accepted: Count | None = None
    records_rejected: Count | None = None
    control_total_expected: ControlTotal | None = None
    control_total_actual: ControlTotal | None = None
    message: Text = ""
    correlation_id: OptionalName = ""
    rejects: tuple[Reject, ...] = ()


_RUNS = TypeAdapter(list[BatchRun])
_COLUMNS = tuple(name for name in BatchRun.model_fields if name != "rejects")


def read_runs(body: bytes, configuration: Configuration, clock: Clock) -> dict[str, list[Row]]:
    """Rows of batch_runs and batch_rejects; a run without interface_id belongs to the interface configured with that job."""
    interface_of = {interface.job: interface.id for interface in configuration.interfaces if interface.job}
    received = clock()
    runs: list[Row] = []
    rejects: list[Row] = []
    for run in parse_list(_RUNS, body):
        interface = run.interface_id if run.interface_id is not None else interface_of.get(run.job, "")
        row: dict[str, Any] = {name: getattr(run, name) for name in _COLUMNS}
        runs.append(row | {"interface_id": interface, "source": "api", "received": received})
        rejects += [_reject(run, reject, interface, received) for reject in run.rejects]
    return {"batch_runs": runs, "batch_rejects": rejects}


def _reject(run: BatchRun, reject: Reject, interface: str, received: datetime) -> Row:
    row: dict[str, Any] = {name: getattr(reject, name) for name in Reject.model_fields}
    return row | {
        "job": run.job,
        "run_id": run.run_id,
        "interface_id": interface,
        "facility_id": run.facility_id if reject.facility_id is None else reject.facility_id,
        "correlation_id": run.correlation_id,
        "time": reject.time or run.finished or run.started or received,
        "received": received,
    }
