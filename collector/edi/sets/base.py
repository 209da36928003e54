"""What every reader of a transaction set shares."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from collector.edi.document import Document
from collector.edi.problems import BadSegment
from collector.edi.segments import Segment

Handler = Callable[[Segment], None]
_SUPPLIER_ENTITIES = frozenset({"SU", "SE", "VN"})
_PLACE_ENTITIES = ("ST", "BY", "BT", "SN", "BO")


class SetReader:
    """Reads one transaction set, segment by segment; segments without a handler are skipped and counted.

    `segment` raises BadSegment where the set cannot be used; `finish` is called at its end, when it can.
    `header` is True until the first line.
    """

    def __init__(self, document: Document) -> None:
        self.document = document
        self.header = True
        self.skipped: Counter[str] = Counter()
        self.handlers: dict[str, Handler] = {"N1": self.party, "REF": self.reference, "CUR": self.currency}
        self._places: dict[str, str] = {}
        self.references: dict[str, str] = {}

    def segment(self, segment: Segment) -> None:
        handler = self.handlers.get(segment.tag)
        if handler is None:
            self.skipped[segment.tag] += 1
        else:
            handler(segment)

    def finish(self) -> None:
        """Everything was read: what remains to be told."""

    def party(self, segment: Segment) -> None:
        """N1: who ships, buys, sells. A ship-to that is none of our facilities is worth a warning."""
        if not self.header:
            return
        document = self.document
        entity, id = segment[1], segment[4] or segment[2]
        if entity in _SUPPLIER_ENTITIES and segment[4] and not document.has_supplier:
            document.supplier_id, document.has_supplier = segment[4][:512], True
        if entity in _PLACE_ENTITIES:
            found = document.around.parties.facility(segment[4], segment[2])
            if found:
                self._places[entity] = found
                document.facility_id = next(self._places[e] for e in _PLACE_ENTITIES if e in self._places)
            elif entity == "ST" and id:
                document.warn(segment, "unknown_facility", "the ship-to in N104 is no facility and no alias of one")

    def reference(self, segment: Segment) -> None:
        """REF: keys of the document, by the configured qualifiers."""
        key_type = self.document.around.references.get(segment[1])
        value = segment[2][:512]
        if key_type and value and self.header:
            self.references[key_type] = value
            self.document.key(key_type, value)

    def currency(self, segment: Segment) -> None:
        self.document.currency = currency(segment, self.document.currency)


def currency(segment: Segment, before: str) -> str:
    """CUR02; `before` when it is no currency code."""
    code = segment[2]
    return code if len(code) == 3 and code.isascii() and code.isalpha() and code.isupper() else before


class LineNumbers:
    """Numbers of a document's lines: as written, else by place. A number used twice would overwrite a line: it gets a free one."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._taken: set[int] = set()
        self._highest = 0

    def of(self, segment: Segment, index: int) -> int:
        text = segment[index]
        number = int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else self._highest + 1
        if number in self._taken:
            self._document.warn(segment, "line_number_twice", f"{segment.tag}{index:02d} is the number of an earlier line, too")
            number = self._highest + 1
        self._taken.add(number)
        self._highest = max(self._highest, number)
        return number


def too_early(segment: Segment, first: str) -> BadSegment:
    return BadSegment("segment_out_of_order", f"{segment.tag} stands before {first}, so it cannot be told what it belongs to")
