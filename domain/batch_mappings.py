"""What a manifest or load report of one's own make says about a batch run: columns or JSON paths, by meaning."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from domain.base import Configured, Identifier

RunField = Literal[
    "job", "run_id", "status", "interface_id", "facility_id", "started", "finished", "business_date", "file_name", "file_hash",
    "records_expected", "records_read", "records_accepted", "records_rejected", "control_total_expected", "control_total_actual",
    "message", "correlation_id",
]  # fmt: skip
RecordField = Literal[
    "status", "line", "code", "message", "facility_id", "contract_id", "supplier_id", "item_id", "purchase_order_id",
    "invoice_id", "correlation_id", "time",
]  # fmt: skip
RunStatus = Literal["started", "running", "succeeded", "partial", "failed"]


class Constant(Configured):
    """The same value everywhere."""

    value: str


# A plain text is a column of the header (csv) or a JSON path (json).
Source = str | Constant


class BatchMapping(Configured):
    """One layout of file, named by watched_folders or by ?mapping= over HTTP.

    Without `record` every line (csv) or object at `runs` (json) is a run. With `record` the file lists records: csv holds one
    run whose fields are read from its first line; json lists records per run at `records`, a path inside the run. A record
    whose `status` is in `rejected` was refused; where `record` reads no status, every record listed was. Counts that `run`
    does not read are counted. `statuses` translates what the file calls a run's end. `date_formats`: strptime patterns, or
    "iso", tried in order. `zone`: where times without a zone were written. `decimal`: how control totals are written.
    """

    id: Identifier
    format: Literal["csv", "json"] = "csv"
    delimiter: str | None = None
    header_line: int = Field(default=1, ge=1)
    runs: str = "$"
    records: str = "$.records[*]"
    run: dict[RunField, Source] = {}  # noqa: RUF012 - pydantic copies it
    record: dict[RecordField, Source] = {}  # noqa: RUF012
    statuses: dict[str, RunStatus] = {}  # noqa: RUF012
    rejected: tuple[str, ...] = ()
    date_formats: tuple[str, ...] = ("iso",)
    zone: str = "UTC"
    decimal: Literal["point", "comma"] = "point"

    @property
    def sources(self) -> tuple[Source, ...]:
        """Everything read, for checks."""
        return (*self.run.values(), *self.record.values())
