"""Answers about batch runs. None means not reported."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class BatchRun:
    """One run, however often it was reported. status: started, running, succeeded, partial, failed.

    control_total_off: actual − expected (None unless both were reported).
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
