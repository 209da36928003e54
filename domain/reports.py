"""Who gets the weekly report, of what, when, and through which channel."""

from __future__ import annotations

from datetime import time
from enum import StrEnum
from typing import Literal

from domain.base import Configured, Identifier


class AudienceKind(StrEnum):
    """Whose report it is: it decides which promises, lists and order a reader gets."""

    LEADERSHIP = "leadership"
    PROCUREMENT = "procurement"
    FINANCE = "finance"
    IT = "it"
    SUPPLIER = "supplier"
    PARTNER = "partner"
    FACILITY = "facility"


class Attachment(StrEnum):
    PDF = "pdf"
    XLSX = "xlsx"
    JSON = "json"


class Partner(StrEnum):
    GPO = "gpo"
    GATEWAY = "gateway"


class ReportAudience(Configured):
    """One weekly report and its readers.

    `supplier` (one supplier's scorecard; left out: one for each supplier seen in the week), `facility` (left out: one for each),
    `partner` (scorecard of GPO or gateway). Sent on `weekday` at `at` of `time_zone` (the facility's, else the organisation's), on
    the next business day of `calendar` where that day is closed. `to` names people; nobody: rendered on demand only.
    `channel` is of kind email, the first one without it; `attach` are files beside the mail's own page.
    """

    id: Identifier
    audience: AudienceKind
    name: str = ""
    supplier: str | None = None
    facility: Identifier | None = None
    partner: Partner | None = None
    to: tuple[Identifier, ...] = ()
    channel: Identifier | None = None
    attach: tuple[Attachment, ...] = (Attachment.PDF, Attachment.XLSX)
    weekday: Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"] = "mon"
    at: time = time(7)
    time_zone: str | None = None
    calendar: Identifier | None = None


_OFFICES = (AudienceKind.LEADERSHIP, AudienceKind.PROCUREMENT, AudienceKind.FINANCE, AudienceKind.IT)
# What a configuration without a section `reports` has: every audience, rendered on demand and sent to nobody.
DEFAULT_REPORTS = (
    *(ReportAudience(id=kind.value, audience=kind) for kind in _OFFICES),
    ReportAudience(id="facility", audience=AudienceKind.FACILITY),
    ReportAudience(id="supplier", audience=AudienceKind.SUPPLIER),
)
