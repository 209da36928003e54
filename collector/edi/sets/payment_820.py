"""820 payment order and remittance advice: which invoices are paid."""

from __future__ import annotations

from collector.edi.document import Document
from collector.edi.segments import Segment
from collector.edi.sets.base import SetReader
from collector.edi.values import number


class Payment(SetReader):
    """BPR01 is the code. One fact per remitted invoice (RMR), with the order its REF names."""

    def __init__(self, document: Document) -> None:
        super().__init__(document)
        self.handlers |= {"BPR": self.beginning, "TRN": self.trace, "RMR": self.remittance, "REF": self.remittance_reference}
        self._open: dict[str, str] | None = None
        self._payment = ""

    def beginning(self, segment: Segment) -> None:
        number(segment, 2, 4)
        self.document.code = segment[1]
        self.document.time = self.document.instant(segment, 16)

    def trace(self, segment: Segment) -> None:
        self._payment = segment[2][:512]
        self.document.key("payment", self._payment)

    def party(self, segment: Segment) -> None:
        """The payee (PE) is the supplier."""
        document = self.document
        if self.header and segment[1] == "PE" and segment[4] and not document.has_supplier:
            document.supplier_id, document.has_supplier = segment[4][:512], True
        super().party(segment)

    def remittance(self, segment: Segment) -> None:
        self._flush()
        self.header = False
        number(segment, 4, 4)
        key_type = self.document.around.references.get(segment[1])
        self._open = {"payment": self._payment} | ({key_type: segment[2][:512]} if key_type and segment[2] else {})

    def remittance_reference(self, segment: Segment) -> None:
        key_type = self.document.around.references.get(segment[1])
        if self._open is None:
            self.reference(segment)
        elif key_type and segment[2]:
            self._open.setdefault(key_type, segment[2][:512])

    def finish(self) -> None:
        self._flush()
        if self.header:
            self.document.fact({"payment": self._payment} | self.references)

    def _flush(self) -> None:
        keys, self._open = self._open, None
        if keys is None:
            return
        document = self.document
        for key_type in ("invoice", "purchase_order"):
            document.key(key_type, keys.get(key_type, ""))
        document.fact(keys)
        document.success("invoice", keys.get("invoice", ""))
