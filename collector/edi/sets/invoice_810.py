"""810 invoice: its lines, and which orders they are for."""

from __future__ import annotations

from collector.edi.document import Document
from collector.edi.problems import BadSegment
from collector.edi.segments import Segment
from collector.edi.sets.base import LineNumbers, SetReader
from collector.edi.sets.lines import Line, line_of, pack_of
from collector.edi.values import required


class Invoice(SetReader):
    """BIG07 is the code: DI debit, CR credit, …"""

    def __init__(self, document: Document) -> None:
        super().__init__(document)
        self.handlers |= {"BIG": self.beginning, "IT1": self.line, "PO4": self.packing, "REF": self.line_reference}
        self._numbers = LineNumbers(document)
        self._invoice = ""
        self._order = ""
        self._line: Line | None = None

    def beginning(self, segment: Segment) -> None:
        document = self.document
        self._invoice = required(segment, 2)
        self._order = segment[4][:512]
        document.code = segment[7]
        document.key("invoice", self._invoice)
        document.key("purchase_order", self._order)
        document.time = document.instant(segment, 1)

    def line(self, segment: Segment) -> None:
        self._flush()
        self.header = False
        self._line = line_of(segment, self._numbers.of(segment, 1))

    def packing(self, segment: Segment) -> None:
        if self._line is not None:
            self._line.pack = pack_of(segment, self._line.uom)

    def line_reference(self, segment: Segment) -> None:
        if self._line is None:
            self.reference(segment)
        elif (key_type := self.document.around.references.get(segment[1])) is not None and segment[2]:
            self._line.references[key_type] = segment[2][:512]

    def finish(self) -> None:
        if not self._invoice:
            raise BadSegment("missing_segment", "there is no BIG, so it is an invoice without a number")
        self._flush()
        document = self.document
        order = self._order or self.references.get("purchase_order", "")
        document.fact(self.references | {"invoice": self._invoice, "purchase_order": order})
        document.success("invoice", self._invoice)

    def _flush(self) -> None:
        line, self._line = self._line, None
        if line is None:
            return
        document = self.document
        named = dict(reversed(line.ids))
        item = document.around.parties.item([pair for pair in line.ids if pair[0] != "PO"], document.supplier_id)
        order = (
            named.get("PO") or line.references.get("purchase_order") or self._order or self.references.get("purchase_order", "")
        )
        document.key("purchase_order", order)
        document.fact({"invoice": self._invoice, "purchase_order": order}, level="line", item=item)
        if line.price is None:
            document.warn(line.segment, "line_without_price", "this line has no price, so it is not compared with the order")
            return
        document.add(
            "invoices",
            {
                "supplier_id": document.supplier_id, "invoice_id": self._invoice, "line": line.number, "purchase_order_id": order,
                "facility_id": document.facility_id, "item_id": item, "quantity": line.quantity, "uom": line.uom,
                "pack_factor": line.pack, "price": line.price, "currency": document.currency,
                "invoiced": document.time or document.sent, "exception": "",
            },
            f":{line.number}",
        )  # fmt: skip
