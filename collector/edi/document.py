"""One transaction set while it is read: what is known of it, and the rows it leaves behind."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Literal

from collector.edi.headers import Group, Interchange, SetHeader, control
from collector.edi.milestones import Milestones
from collector.edi.parties import Parties
from collector.edi.problems import EdiProblem, Report, Severity
from collector.edi.segments import Segment
from collector.edi.staged import SetRows
from collector.edi.values import has_time, moment
from domain.edi import EdiPartner

MOST_KEYS = 200
# Sent by the buyer: their receiver is the supplier. All others travel the other way.
_TO_SUPPLIER = frozenset({"850", "820", "860", "830", "840"})
_KEY_COLUMNS = ("contract", "purchase_order", "invoice")


@dataclass(slots=True, weakref_slot=True)
class Surroundings:
    """What every set of a file shares."""

    parties: Parties
    milestones: Milestones
    report: Report
    received: datetime
    source: str
    references: Mapping[str, str]
    price_identifiers: tuple[str, ...]
    rejected: Mapping[str, tuple[str, ...]]
    exceptions: Mapping[str, tuple[str, ...]]
    direction: str = ""
    interface: str = ""
    keeps_test_data: bool = True


@dataclass
class Document:
    """`sent` is when its group was sent; `time` the document's own time, `code` its own code.

    Keys are (type, value) → authority, '' where the configuration tells it.
    """

    around: Surroundings
    interchange: Interchange
    group: Group | None
    header: SetHeader
    partner: EdiPartner | None
    direction: str
    interface_id: str
    sent: datetime
    code: str = ""
    time: datetime | None = None
    facility_id: str = ""
    supplier_id: str = ""
    currency: str = ""
    keys: dict[tuple[str, str], str] = field(default_factory=dict)
    rows: SetRows = field(default_factory=SetRows)
    digest: Any = field(default_factory=hashlib.sha256)

    def __post_init__(self) -> None:
        self.zone = self.around.parties.zone(self.partner if self.direction != "out" else None)
        self.currency = self.around.parties.currency(self.partner)
        self.facility_id = (self.partner.facility if self.partner else None) or ""
        supplier_side = self.interchange.receiver if self.header.set_id in _TO_SUPPLIER else self.interchange.sender
        self.supplier_id = (self.partner.supplier if self.partner else "") or supplier_side
        self.has_supplier = bool(self.partner and self.partner.supplier)

    @cached_property
    def correlation_id(self) -> str:
        group = self.group.number if self.group else ""
        return f"{self.interchange.sender}/{self.interchange.number}/{group}/{self.header.number}"

    @cached_property
    def group_key(self) -> str:
        group = control(self.group.number) if self.group else ""
        return f"{self.interchange.sender}|{self.interchange.receiver}|group {group}"

    @property
    def set_key(self) -> str:
        return f"{self.group_key}|{self.header.set_id} {control(self.header.number)}"

    @property
    def source_id(self) -> str:
        """The same set under the same control numbers is the same evidence, however often it is sent."""
        written = f"{self.interchange.key}|{self.set_key}|{self.digest.hexdigest()}"
        return f"edi:{hashlib.sha256(written.encode()).hexdigest()[:32]}"

    def warn(self, segment: Segment | None, code: str, message: str) -> None:
        """A problem that does not stop the set."""
        where = segment.position if segment else self.header.opened
        names = (self.interchange.number, self.group.number if self.group else "", self.header.number)
        self.around.report.add(EdiProblem(code, Severity.WARNING, f"{self.header.set_id}: {message}", where, *names))

    def key(self, key_type: str, value: str, authority: str = "") -> None:
        """This document is about `value`; beyond 200 keys no more are kept."""
        if value and len(self.keys) < MOST_KEYS:
            self.keys[key_type, value] = authority

    def instant(self, segment: Segment, date: int, time: int = 0, code: int = 0) -> datetime | None:
        """Elements as an instant in the partner's zone; a bare date that is the group's own is when the group was sent.

        None for an empty date, and with a warning for an impossible one.
        """
        day, clock = segment[date], segment[time] if time else ""
        if not day:
            return None
        found = moment(day, clock, self.zone, segment[code] if code else "")
        if found is None:
            self.warn(segment, "not_a_date", f"{segment.tag}{date:02d} is no date between 1900 and 2299 and was left out")
        elif not has_time(clock) and self.group is not None and day[-6:] == self.group.date[-6:]:
            return self.sent
        return found

    def add(self, table: str, row: dict[str, Any], suffix: str = "") -> None:
        """`suffix` tells this row from others of the set."""
        self.rows.add(table, row | {"source_id": suffix, "received": self.around.received})

    def fact(
        self,
        keys: Mapping[str, str],
        *,
        level: Literal["document", "line"] = "document",
        code: str | None = None,
        time: datetime | None = None,
        item: str = "",
        facility: str | None = None,
    ) -> None:
        """Evidence about `keys` (key type → value): milestones as configured for this set."""
        place = self.facility_id if facility is None else facility
        rows = self.around.milestones.rows(
            self, keys, level, self.code if code is None else code, time or self.time or self.sent, item, place
        )
        for row in rows:
            self.rows.add("milestones", row)

    def failure(
        self, code: str, message: str, suffix: str, keys: Mapping[str, str], *, item: str = "", time: datetime | None = None
    ) -> None:
        """Something this document says went wrong; the configured failure rules decide its class."""
        row: dict[str, Any] = {
            "interface_id": self.interface_id, "facility_id": self.facility_id, "code": code, "message": message, "flow": "",
            "milestone": "", "correlation_id": self.correlation_id, "supplier_id": self.supplier_id, "item_id": item,
            "time": time or self.sent,
        }  # fmt: skip
        row |= {f"{name}_id": keys.get(name, "") for name in _KEY_COLUMNS}
        self.add("failure_reports", row, suffix)

    def success(self, object_type: str, value: str) -> None:
        """`value` went well at this interface: what resolves its failures. What we send has gone well when it is acknowledged."""
        if value and self.interface_id and self.direction != "out":
            self.rows.add(
                "object_successes",
                {
                    "interface_id": self.interface_id, "object_type": object_type, "object": value, "facility_id": self.facility_id,
                    "time": self.sent, "received": self.around.received,
                },
            )  # fmt: skip
