"""855 purchase order acknowledgement: what the supplier takes, changes and rejects, line by line."""

from __future__ import annotations

from collector.edi.document import Document
from collector.edi.problems import BadSegment
from collector.edi.segments import Segment
from collector.edi.sets.base import LineNumbers, SetReader
from collector.edi.sets.lines import Line, line_of, name_contract
from collector.edi.values import required

_MEANINGS = {
    "BP": "partly shipped, the rest on back order", "DR": "accepted, date rescheduled", "IB": "on back order",
    "IC": "accepted with changes", "ID": "deleted", "IE": "accepted, price pending", "IF": "on hold, description incomplete",
    "IH": "on hold", "IP": "accepted, price changed", "IQ": "accepted, quantity changed", "IR": "rejected", "IS": "substituted",
    "R1": "rejected, not a contract item", "R2": "rejected, invalid item number", "R3": "rejected, invalid unit of measure",
    "R4": "rejected, contract expired", "RD": "rejected with detail", "RF": "rejected with detail of exceptions",
    "RJ": "rejected", "SP": "schedule pending",
}  # fmt: skip


class OrderAcknowledgement(SetReader):
    """BAK02 is the code (AC, AD, RD, …), ACK01 the code of a line; codes configured as rejected or exceptions are failures."""

    def __init__(self, document: Document) -> None:
        super().__init__(document)
        self.handlers |= {"BAK": self.beginning, "PO1": self.line, "ACK": self.answer, "REF": self.line_reference}
        self._numbers = LineNumbers(document)
        self._order = ""
        self._line: Line | None = None
        self._answers: list[str] = []
        set_id = document.header.set_id
        self._rejected = frozenset(document.around.rejected.get(set_id, ()))
        self._failing = self._rejected | frozenset(document.around.exceptions.get(set_id, ()))
        self._failed = 0

    def beginning(self, segment: Segment) -> None:
        document = self.document
        self._order = required(segment, 3)
        document.code = segment[2]
        document.key("purchase_order", self._order)
        document.time = document.instant(segment, 9) or document.instant(segment, 4)

    def line(self, segment: Segment) -> None:
        self._flush()
        self.header = False
        if segment[2]:
            self._line = line_of(segment, self._numbers.of(segment, 1))
        else:
            self.document.warn(segment, "line_without_quantity", "PO102 is empty, so the line was not read")

    def answer(self, segment: Segment) -> None:
        if self._line is None:
            self.document.warn(segment, "segment_out_of_order", "ACK belongs to no line and was not read")
        else:
            self._answers.append(segment[1])

    def line_reference(self, segment: Segment) -> None:
        if self._line is None:
            self.reference(segment)
        else:
            name_contract(self._line, segment, self.document)

    def finish(self) -> None:
        if not self._order:
            raise BadSegment("missing_segment", "there is no BAK, so it is not known which order it acknowledges")
        self._flush()
        document = self.document
        keys = {"purchase_order": self._order} | self.references
        document.fact(keys)
        if document.code in self._rejected:
            said = _MEANINGS.get(document.code, "rejected")
            document.failure(
                f"855:{document.code}",
                f"Purchase order {self._order} was {said} by the supplier ({document.code}).",
                ":order",
                keys,
            )
        elif not self._failed:
            document.success("purchase_order", self._order)

    def _flush(self) -> None:
        line, self._line = self._line, None
        answers, self._answers = self._answers, []
        if line is None:
            return
        document = self.document
        item = document.around.parties.item(line.ids, document.supplier_id)
        keys = {"purchase_order": self._order, "contract": line.contract or self.references.get("contract", "")}
        failing = [code for code in answers if code in self._failing]
        for code in failing:
            message = f"Line {line.number} of purchase order {self._order}, item {item}: {_MEANINGS.get(code, 'not accepted as ordered')} ({code})."
            document.failure(f"855:{code}", message, f":{line.number}:{code}", keys, item=item)
        self._failed += len(failing)
        for code in answers[:1]:
            document.fact(keys, level="line", code=code, item=item)
        if answers and not failing:
            document.success("item", item)
