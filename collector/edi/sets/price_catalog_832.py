"""832 price/sales catalogue: contract prices, item by item; a catalogue of 200 MB is one set."""

from __future__ import annotations

from collector.edi.document import Document
from collector.edi.parties import product_ids
from collector.edi.problems import BadSegment
from collector.edi.segments import Segment
from collector.edi.sets.base import SetReader, currency
from collector.edi.sets.prices import PricedItem, Validity


class PriceCatalog(SetReader):
    """BCT01 is the code. The contract is REF*CT (of the line, else the header), else BCT02; dates of a line precede the header's."""

    def __init__(self, document: Document) -> None:
        super().__init__(document)
        self.handlers |= {
            "BCT": self.beginning, "LIN": self.line, "CTP": self.price, "DTM": self.date, "PO4": self.packing,
            "REF": self.line_reference, "CUR": self.money, "UIT": self.unit,
        }  # fmt: skip
        self._begun = False
        self._catalog = ""
        self._validity = Validity()
        self._item: PricedItem | None = None
        self._count = 0
        self._unpriced = 0
        self._lines_wanted = document.around.milestones.wants_lines(document.header.set_id, document.direction)
        self._preferred = document.around.price_identifiers

    def beginning(self, segment: Segment) -> None:
        self._begun = True
        self.document.code = segment[1]
        self._catalog = segment[2][:512]
        self.document.key("catalog", self._catalog)

    def line(self, segment: Segment) -> None:
        self._flush()
        self.header = False
        contract = self.references.get("contract", "")
        self._item = PricedItem(segment, product_ids(segment, 2), contract, self.document.currency, self._validity.copy())

    def price(self, segment: Segment) -> None:
        if self._item is not None:
            self._item.read_price(segment, self._preferred)

    def date(self, segment: Segment) -> None:
        (self._item.validity if self._item is not None else self._validity).read(segment, self.document)

    def packing(self, segment: Segment) -> None:
        if self._item is not None:
            self._item.packing = segment

    def unit(self, segment: Segment) -> None:
        if self._item is not None and not self._item.uom:
            self._item.uom = segment[1][:2]

    def money(self, segment: Segment) -> None:
        if self._item is None:
            self.currency(segment)
        else:
            self._item.currency = currency(segment, self._item.currency)

    def line_reference(self, segment: Segment) -> None:
        if self._item is None:
            self.reference(segment)
        elif self.document.around.references.get(segment[1]) == "contract" and segment[2]:
            self._item.contract = segment[2][:512]

    def party(self, segment: Segment) -> None:
        """Below a line: whom its price is for."""
        item = self._item
        if item is None:
            return super().party(segment)
        if segment[1] in ("ST", "BY"):
            found = self.document.around.parties.facility(segment[4], segment[2])
            if found and found not in item.facilities:
                item.facilities = (*item.facilities, found)[:1000]
        return None

    def finish(self) -> None:
        if not self._begun:
            raise BadSegment("missing_segment", "there is no BCT, so this is no catalogue")
        self._flush()
        document = self.document
        if self._unpriced:
            message = f"{self._unpriced} of {self._count} lines have no price or no item; they were not stored"
            document.warn(None, "line_without_price", message)
        document.fact(self.references | {"contract": self.references.get("contract") or self._catalog})

    def _flush(self) -> None:
        item, self._item = self._item, None
        if item is None:
            return
        self._count += 1
        document = self.document
        contract = item.contract or self._catalog
        document.key("contract", contract)
        if not item.store(document, contract, f":{self._count}"):
            self._unpriced += 1
        elif self._lines_wanted:
            found = document.around.parties.item(item.ids, document.supplier_id)
            for facility in item.facilities or (document.facility_id,):
                document.fact({"contract": contract}, level="line", item=found, facility=facility)
