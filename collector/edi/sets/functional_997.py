"""997 functional acknowledgement, and its like for implementations, 999: was the syntax accepted, group by group and set by set."""

from __future__ import annotations

from collector.edi.acknowledgements import acknowledged, verdict
from collector.edi.document import Document
from collector.edi.problems import BadSegment
from collector.edi.segments import Segment
from collector.edi.sets.base import SetReader
from collector.edi.values import required

_MOST_ERRORS = 20


class FunctionalAcknowledgement(SetReader):
    """AK1 names a group, AK2…AK5 a set in it, AK9 closes. A 999 writes IK3, IK4, IK5. Copies of bad data (AK404) are not kept."""

    def __init__(self, document: Document) -> None:
        super().__init__(document)
        self.handlers = {
            "AK1": self.group, "AK2": self.opened, "AK3": self.bad_segment, "IK3": self.bad_segment, "AK4": self.bad_element,
            "IK4": self.bad_element, "AK5": self.closed, "IK5": self.closed, "AK9": self.group_closed,
        }  # fmt: skip
        self._group = ""
        self._functional = ""
        self._set: tuple[str, str] | None = None
        self._errors: list[str] = []
        self._named = 0

    def group(self, segment: Segment) -> None:
        self._functional, self._group = segment[1], required(segment, 2)

    def opened(self, segment: Segment) -> None:
        if not self._group:
            raise BadSegment("segment_out_of_order", "AK2 stands before AK1, so its group is not known")
        self._set = (required(segment, 1)[:8], required(segment, 2))
        self._errors = []

    def bad_segment(self, segment: Segment) -> None:
        """03: 01 segment id, 02 its place in the set, 04 error code."""
        self._error(f"segment {segment[1][:3]} at {segment[2][:10]}{_code(segment[4])}")

    def bad_element(self, segment: Segment) -> None:
        """04: 01 place of the element, 03 error code."""
        self._error(f"element {segment[1][:10]}{_code(segment[3])}")

    def closed(self, segment: Segment) -> None:
        if self._set is None:
            raise BadSegment("segment_out_of_order", f"{segment.tag} stands before AK2, so its set is not known")
        (set_id, number), self._set = self._set, None
        self._named += 1
        said = self._verdict(segment)
        codes = [segment[n][:8] for n in range(2, 7) if segment[n]]
        document = self.document
        message = f"{document.header.set_id} {said.replace('_', ' ')} the {set_id} {number} of group {self._group} ({segment[1]}"
        message += f", {segment.tag} {' '.join(codes)}" if codes else ""
        message += f": {'; '.join(self._errors)})" if self._errors else ")"
        acknowledged(
            document, "set", verdict=said, code=self._failure_code(segment[1], codes), message=message,
            suffix=f":{self._named}", group=self._group, original_set=set_id, set_control=number,
        )  # fmt: skip

    def group_closed(self, segment: Segment) -> None:
        """AK9: 01 verdict, 02 sets in the group, 03 received, 04 accepted."""
        if not self._group:
            raise BadSegment("segment_out_of_order", "AK9 stands before AK1, so its group is not known")
        document = self.document
        said = self._verdict(segment)
        document.code = said
        codes = [segment[n][:8] for n in range(5, 10) if segment[n]]
        message = f"{document.header.set_id} {said.replace('_', ' ')} group {self._group} ({segment[1]}"
        message += f", AK9 {' '.join(codes)})" if codes else ")"
        acknowledged(
            document, "group", verdict=said, code=self._failure_code(segment[1], codes), message=message, suffix=":group",
            group=self._group, original_set=_SETS_OF_GROUP.get(self._functional, ""), named_sets=self._named,
        )  # fmt: skip
        self._group = ""

    def finish(self) -> None:
        if self._group:
            raise BadSegment("missing_segment", "there is no AK9, so it is not known what became of the group")
        if not self.document.code:
            raise BadSegment("missing_segment", "there is no AK1, so it acknowledges nothing")

    def _verdict(self, segment: Segment) -> str:
        said = verdict(segment[1])
        if not said:
            raise BadSegment("unknown_code", f"{segment.tag}01 is none of A, E, M, P, R, W, X")
        return said

    def _failure_code(self, code: str, errors: list[str]) -> str:
        return ":".join([self.document.header.set_id, code, *errors[:1]])

    def _error(self, text: str) -> None:
        if len(self._errors) < _MOST_ERRORS:
            self._errors.append(text)


def _code(code: str) -> str:
    return f" code {code[:8]}" if code else ""


# Functional id of a group (GS01) → the set it holds, where there is just one.
_SETS_OF_GROUP = {
    "PO": "850", "PR": "855", "SH": "856", "IN": "810", "RA": "820", "SC": "832", "PA": "845", "AG": "824", "CF": "844",
}  # fmt: skip
