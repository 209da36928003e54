"""A priced item of a catalogue or price authorization: CTP, DTM, PO4 and CUR around a LIN."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from collector.edi.document import Document
from collector.edi.problems import BadSegment
from collector.edi.segments import Segment
from collector.edi.sets.lines import SINGLE_UNITS, pack_of
from collector.edi.values import element, moment, next_day, unit_price

_FROM = frozenset({"007", "092", "150", "152", "196"})  # effective, contract effective, service begin, change effective, start
_UNTIL = frozenset({"036", "093", "151", "197", "008"})  # expiration, contract expiration, service end, end
_NOT_ALPHANUMERIC = re.compile(r"[^A-Za-z0-9]")


@dataclass(slots=True)
class Validity:
    """None: not said. `until` is exclusive."""

    start: datetime | None = None
    until: datetime | None = None

    def copy(self) -> Validity:
        return Validity(self.start, self.until)

    def read(self, segment: Segment, document: Document) -> None:
        """A DTM: one date, or a range (RD8). BadSegment for an impossible date: money depends on it."""
        qualifier = segment[1]
        if segment[5] == "RD8":
            first, _, last = segment[6].partition("-")
            if qualifier in _FROM or qualifier in _UNTIL:
                self.start = self._date(segment, 6, first, document)
                self.until = self._end(segment, 6, last, document)
        elif qualifier in _FROM:
            self.start = self._date(segment, 2, segment[2], document)
        elif qualifier in _UNTIL:
            self.until = self._end(segment, 2, segment[2], document)

    def _date(self, segment: Segment, index: int, text: str, document: Document) -> datetime:
        found = moment(text, "", document.zone)
        if found is None:
            raise BadSegment("not_a_date", f"{element(segment, index)} is no date between 1900 and 2299")
        return found

    def _end(self, segment: Segment, index: int, text: str, document: Document) -> datetime | None:
        """What expires on a day holds through it; a year from 2299 on means never."""
        if len(text) == 8 and text.isdigit() and text >= "22990101":
            return None
        return next_day(self._date(segment, index, text, document), document.zone)


@dataclass(slots=True)
class PricedItem:
    """A LIN and what follows it. Of several prices the most contractual one counts, of equals the first."""

    segment: Segment
    ids: list[tuple[str, str]]
    contract: str
    currency: str
    validity: Validity
    facilities: tuple[str, ...] = ()
    price: Decimal | None = None
    uom: str = ""
    rank: int = 1 << 30
    packing: Segment | None = None
    references: dict[str, str] = field(default_factory=dict)

    def read_price(self, segment: Segment, preferred: tuple[str, ...]) -> None:
        """A CTP: 02 price identifier, 03 price, 05 unit, 09 its basis."""
        price = unit_price(segment, 3, 9)
        rank = preferred.index(segment[2]) if segment[2] in preferred else len(preferred)
        if price is not None and rank < self.rank:
            self.price, self.rank = price, rank
            self.uom = _NOT_ALPHANUMERIC.split(segment[5], maxsplit=1)[0][:32] or self.uom

    def store(self, document: Document, contract: str, suffix: str) -> bool:
        """Adds its contract price, one row per facility named; False when it has no price or no item."""
        item = document.around.parties.item(self.ids, document.supplier_id)
        if self.price is None or not item:
            return False
        pack = pack_of(self.packing, self.uom) if self.packing is not None and self.uom not in SINGLE_UNITS else 1
        start = self.validity.start or document.time or document.sent
        for facility in self.facilities or (document.facility_id,):
            document.add(
                "contract_prices",
                {
                    "contract_id": contract, "item_id": item, "facility_id": facility, "supplier_id": document.supplier_id,
                    "price": self.price, "currency": self.currency, "uom": self.uom, "pack_factor": pack, "valid_from": start,
                    "valid_to": self.validity.until, "known_from": document.sent,
                },
                suffix,
            )  # fmt: skip
        return True
