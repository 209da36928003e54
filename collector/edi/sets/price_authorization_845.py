"""845 price authorization acknowledgement: what became of a contract's prices, contract by contract."""

from __future__ import annotations

from collector.edi.document import Document
from collector.edi.parties import product_ids
from collector.edi.problems import BadSegment
from collector.edi.segments import Segment
from collector.edi.sets.base import SetReader
from collector.edi.sets.prices import PricedItem, Validity


class PriceAuthorization(SetReader):
    """CON02 names the contract, CON03 is its code; a code configured as rejected is a failure and none of its prices hold."""

    def __init__(self, document: Document) -> None:
        super().__init__(document)
        self.handlers |= {
            "BPA": self.beginning, "CON": self.contract, "PAD": self.adjustment, "LIN": self.line, "CTP": self.price,
            "DTM": self.date, "PO4": self.packing, "REF": self.contract_reference,
        }  # fmt: skip
        self._begun = False
        self._rejected = frozenset(document.around.rejected.get(document.header.set_id, ()))
        self._header_validity = Validity()
        self._validity = Validity()
        self._contract = ""
        self._code = ""
        self._keys: dict[str, str] = {}
        self._item: PricedItem | None = None
        self._count = 0

    def beginning(self, segment: Segment) -> None:
        self._begun = True
        self.document.code = segment[1]
        self.document.time = self.document.instant(segment, 2)

    def contract(self, segment: Segment) -> None:
        """CON: 01 qualifier, 02 contract, 03 its status."""
        self._close()
        self.header = False
        self._contract, self._code = segment[2][:512], segment[3]
        self._keys = dict(self.references)
        self._validity = self._header_validity.copy()
        self.document.key("contract", self._contract)

    def adjustment(self, _: Segment) -> None:
        self._flush()

    def line(self, segment: Segment) -> None:
        self._flush()
        self._item = PricedItem(segment, product_ids(segment, 2), self._contract, self.document.currency, self._validity.copy())

    def price(self, segment: Segment) -> None:
        if self._item is not None:
            self._item.read_price(segment, self.document.around.price_identifiers)

    def packing(self, segment: Segment) -> None:
        if self._item is not None:
            self._item.packing = segment

    def date(self, segment: Segment) -> None:
        if self.header:
            self._header_validity.read(segment, self.document)
        else:
            (self._item.validity if self._item is not None else self._validity).read(segment, self.document)

    def contract_reference(self, segment: Segment) -> None:
        if self.header:
            self.reference(segment)
            return
        key_type = self.document.around.references.get(segment[1])
        if key_type and key_type != "contract" and segment[2]:
            self._keys[key_type] = segment[2][:512]
            self.document.key(key_type, segment[2][:512])

    def finish(self) -> None:
        if not self._begun:
            raise BadSegment("missing_segment", "there is no BPA, so this is no price authorization")
        self._close()

    def _close(self) -> None:
        """The contract so far is complete."""
        self._flush()
        contract, document = self._contract, self.document
        if not contract:
            return
        keys = self._keys | {"contract": contract}
        document.fact(keys, code=self._code)
        if self._code in self._rejected:
            message = f"Prices of contract {contract} were not accepted ({self._code})."
            document.failure(f"845:{self._code}", message, f":{contract}", keys)
        else:
            document.success("contract", contract)
        self._contract = ""

    def _flush(self) -> None:
        item, self._item = self._item, None
        if item is None or self._code in self._rejected:
            return
        self._count += 1
        if item.store(self.document, self._contract, f":{self._count}"):
            found = self.document.around.parties.item(item.ids, self.document.supplier_id)
            self.document.fact({"contract": self._contract}, level="line", code=self._code, item=found)
