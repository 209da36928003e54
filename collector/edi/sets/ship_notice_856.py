"""856 ship notice: a hierarchy of shipment, orders, packs and items."""

from __future__ import annotations

from collector.edi.document import Document
from collector.edi.parties import product_ids
from collector.edi.problems import BadSegment
from collector.edi.segments import Segment
from collector.edi.sets.base import SetReader
from collector.edi.values import required

_SHIPPED = ("011", "017")  # shipped; estimated delivery is no evidence of shipping


class ShipNotice(SetReader):
    """BSN01 is the code. Every order (HL*O with PRF) is shipped; items belong to the order above them in the hierarchy."""

    def __init__(self, document: Document) -> None:
        super().__init__(document)
        self.handlers |= {"BSN": self.beginning, "HL": self.level, "PRF": self.order, "LIN": self.item, "DTM": self.date}
        self._shipment = ""
        self._level = ""
        self._id = ""
        self._parents: dict[str, str] = {}  # of levels above items: items are many and have nothing below them
        self._orders: dict[str, tuple[str, str]] = {}  # level id → order, facility
        self._latest = ""
        self._parent = ""

    def beginning(self, segment: Segment) -> None:
        document = self.document
        self._shipment = required(segment, 2)
        document.code = segment[1]
        document.key("shipment", self._shipment)
        document.time = document.instant(segment, 3, 4)

    def level(self, segment: Segment) -> None:
        """HL: 01 this level's id, 02 the one above, 03 what it is (S, O, T, P, I)."""
        self._id, self._parent, self._level = segment[1], segment[2], segment[3]
        if not self._id or self._id in self._parents:
            self.document.warn(
                segment, "hierarchy", "HL01 is empty or was used before; its place was taken from its order in the file"
            )
        elif self._parent and self._parent not in self._parents:
            self.document.warn(segment, "hierarchy", "HL02 names no level above; the latest order was taken")
        if self._level != "I" and self._id:
            self._parents[self._id] = self._parent
        self.header = self._level in ("S", "O")

    def order(self, segment: Segment) -> None:
        """PRF01: the order everything below belongs to."""
        number = required(segment, 1)
        self.document.key("purchase_order", number)
        self._latest = number
        self._orders[self._id] = (number, self.document.facility_id)

    def date(self, segment: Segment) -> None:
        if segment[1] in _SHIPPED[:1] and self._level in ("S", "O", ""):
            self.document.time = self.document.instant(segment, 2, 3, 4) or self.document.time

    def item(self, segment: Segment) -> None:
        document = self.document
        if document.around.milestones.wants_lines(document.header.set_id, document.direction):
            item = document.around.parties.item(product_ids(segment, 2), document.supplier_id)
            keys = {"purchase_order": self._order_above(), "shipment": self._shipment} | self.references
            document.fact(keys, level="line", item=item)

    def finish(self) -> None:
        if not self._shipment:
            raise BadSegment("missing_segment", "there is no BSN, so it is not known what is shipped")
        document = self.document
        if not self._orders:
            document.fact({"shipment": self._shipment} | self.references)
        for number, facility in dict.fromkeys(self._orders.values()):
            document.fact({"shipment": self._shipment, "purchase_order": number} | self.references, facility=facility or None)
            document.success("purchase_order", number)

    def _order_above(self) -> str:
        """The order of the nearest level above that has one."""
        at, seen = self._id, 0
        while at and seen < 32:  # real hierarchies have five levels; a circle has none
            if at in self._orders:
                return self._orders[at][0]
            at = self._parents.get(at, self._parent if at == self._id else "")
            seen += 1
        return self._latest
