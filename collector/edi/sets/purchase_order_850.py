"""850 purchase order: the order, its lines, what it costs."""

from __future__ import annotations

from collector.edi.document import Document
from collector.edi.problems import BadSegment
from collector.edi.segments import Segment
from collector.edi.sets.base import LineNumbers, SetReader, currency
from collector.edi.sets.lines import Line, line_of, name_contract, pack_of
from collector.edi.values import required

_CANCELLED = "01"


class PurchaseOrder(SetReader):
    """BEG01 is the code: 00 original, 01 cancellation, 04 change, 05 replacement."""

    def __init__(self, document: Document) -> None:
        super().__init__(document)
        self.handlers |= {
            "BEG": self.beginning,
            "PO1": self.line,
            "PO4": self.packing,
            "REF": self.line_reference,
            "CUR": self.money,
        }
        self._numbers = LineNumbers(document)
        self._order = ""
        self._line: Line | None = None
        self._currency = ""

    def beginning(self, segment: Segment) -> None:
        document = self.document
        self._order = required(segment, 3)
        document.code = segment[1]
        document.key("purchase_order", self._order)
        document.time = document.instant(segment, 5)
        if segment[6]:
            self.references["contract"] = segment[6][:512]
            document.key("contract", segment[6][:512])

    def line(self, segment: Segment) -> None:
        self._flush()
        self.header = False
        self._line = line_of(segment, self._numbers.of(segment, 1))
        self._currency = self.document.currency

    def packing(self, segment: Segment) -> None:
        if self._line is not None:
            self._line.pack = pack_of(segment, self._line.uom)

    def money(self, segment: Segment) -> None:
        if self.header:
            self.currency(segment)
        else:
            self._currency = currency(segment, self._currency)

    def line_reference(self, segment: Segment) -> None:
        if self._line is None:
            self.reference(segment)
        else:
            name_contract(self._line, segment, self.document)

    def finish(self) -> None:
        if not self._order:
            raise BadSegment("missing_segment", "there is no BEG, so it is an order without a number")
        self._flush()
        document = self.document
        document.fact({"purchase_order": self._order} | self.references)
        document.success("purchase_order", self._order)

    def _flush(self) -> None:
        line, self._line = self._line, None
        if line is None:
            return
        document = self.document
        item = document.around.parties.item(line.ids, document.supplier_id)
        contract = line.contract or self.references.get("contract", "")
        document.fact({"purchase_order": self._order, "contract": contract}, level="line", item=item)
        if document.code == _CANCELLED:
            return
        if line.price is None or not item:
            what = "price" if line.price is None else "item"
            document.warn(line.segment, f"line_without_{what}", f"this line has no {what}, so it is not compared with a contract")
            return
        document.add(
            "po_lines",
            {
                "purchase_order_id": self._order, "line": line.number, "facility_id": document.facility_id,
                "supplier_id": document.supplier_id, "contract_id": contract, "item_id": item, "quantity": line.quantity,
                "uom": line.uom, "pack_factor": line.pack, "price": line.price, "currency": self._currency,
                "ordered": document.time or document.sent,
            },
            f":{line.number}",
        )  # fmt: skip
