"""Answers about batch runs. None means not reported."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class BatchRun:
    """One run, however often it was reported. status: started, running, succeeded, partial, failed.

    seconds: from start to finish (None unless both are known). rejects_listed: refused records sent one by one, each once.
    control_total_off: actual − expected (None unless both were reported). source: api, ping, or the reader of the file.
    flags: what does not agree in what was reported, in words; empty when all of it does.
    """

    job: str
    run_id: str
    interface_id: str
    facility_id: str
    status: str
    started: datetime | None
    finished: datetime | None
    business_date: date | None
    file_name: str
    records_expected: int | None
    records_read: int | None
    records_accepted: int | None
    records_rejected: int | None
    control_total_expected: Decimal | None
    control_total_actual: Decimal | None
    control_total_off: Decimal | None
    message: str
    correlation_id: str
    received: datetime
    seconds: float | None = None
    rejects_listed: int = 0
    source: str = "api"
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BatchReject:
    job: str
    run_id: str
    line: int
    facility_id: str
    code: str
    message: str
    contract_id: str
    item_id: str
    time: datetime
