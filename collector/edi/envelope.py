"""The envelope: interchanges, groups and sets opened and closed, every count and control number checked."""

from __future__ import annotations

from typing import Protocol

from collector.edi.headers import Group, Interchange, SetHeader, control
from collector.edi.problems import EdiProblem, Position, Report, Severity
from collector.edi.segments import Segment


class Contents(Protocol):
    """What is done with what the envelope holds. Called in file order."""

    def interchange_opened(self, interchange: Interchange, isa: Segment) -> None: ...

    def interchange_closed(self, interchange: Interchange) -> None: ...

    def group_opened(self, group: Group, gs: Segment) -> None: ...

    def set_opened(self, header: SetHeader, st: Segment) -> None: ...

    def set_segment(self, segment: Segment) -> None: ...

    def set_closed(self, failure: EdiProblem | None) -> None: ...

    def interchange_acknowledgement(self, segment: Segment) -> None: ...


class Envelope:
    """Feeds segments to `contents`, tolerating and reporting what is wrong around them.

    A set whose SE is missing is taken when another segment of the envelope follows; at the end of the file it is cut off, and fails.
    """

    def __init__(self, contents: Contents, report: Report) -> None:
        self._contents = contents
        self._report = report
        self._interchange: Interchange | None = None
        self._group: Group | None = None
        self._set: SetHeader | None = None
        self._controls: set[str] = set()
        self._handlers = {
            "ISA": self._isa, "GS": self._gs, "ST": self._st, "SE": self._se, "GE": self._ge, "IEA": self._iea, "TA1": self._ta1,
        }  # fmt: skip

    def accept(self, segment: Segment) -> bool:
        """Takes one segment; True when an envelope segment was handled, so that something may be complete."""
        handler = self._handlers.get(segment.tag)
        if handler is not None:
            handler(segment)
            return True
        header = self._set
        if header is None:
            self._outside(segment)
        elif segment.tag:
            header.segments += 1
            self._contents.set_segment(segment)
        else:
            header.damaged += 1
            self._garbage(segment)
        return False

    def end(self, where: Position) -> None:
        """The file is over."""
        if self._set is not None:
            self._close_set(
                self._error("truncated", f"the file ends within set {self._set.set_id} {self._set.number}, before its SE", where)
            )
        self._close_group(where)
        self._close_interchange(where)

    def _isa(self, segment: Segment) -> None:
        self._no_se(segment)
        self._close_group(segment.position)
        self._close_interchange(segment.position)
        self._interchange = Interchange.of(segment)
        self._report.interchanges += 1
        self._contents.interchange_opened(self._interchange, segment)

    def _gs(self, segment: Segment) -> None:
        self._no_se(segment)
        self._close_group(segment.position)
        self._group = Group.of(segment)
        self._controls = set()
        if self._interchange is not None:
            self._interchange.groups += 1
        self._contents.group_opened(self._group, segment)

    def _st(self, segment: Segment) -> None:
        self._no_se(segment)
        header = SetHeader.of(segment)
        if self._group is None:
            self._error("set_outside_group", "ST stands outside a group (GS…GE); it was read all the same", segment.position)
        else:
            self._group.sets += 1
        if self._interchange is not None:
            self._interchange.sets += 1
        self._set = header
        if header.number in self._controls:
            self._warning("set_control_twice", f"ST02 {header.number} was used before in this group", segment.position)
        self._controls.add(header.number)
        self._contents.set_opened(header, segment)

    def _se(self, segment: Segment) -> None:
        header = self._set
        if header is None:
            self._error("trailer_without_header", "SE closes no set: there is no ST before it", segment.position)
            return
        header.segments += 1
        counted = _count(segment[1])
        failure = None
        if counted != header.segments:
            said = f"SE01 says {counted} segments" if counted is not None else "SE01 is no number of segments"
            problem = self._warning("wrong_segment_count", f"{said}, {header.segments} were counted", segment.position)
            failure = problem if header.damaged else None  # a segment was lost to what could not be read
        if control(segment[2]) != control(header.number):
            self._warning("wrong_set_control", f"SE02 is not ST02 {header.number}", segment.position)
        self._close_set(failure)

    def _ge(self, segment: Segment) -> None:
        self._no_se(segment)
        group, self._group = self._group, None
        if group is None:
            self._error("trailer_without_header", "GE closes no group: there is no GS before it", segment.position)
            return
        if _count(segment[1]) != group.sets:
            self._warning("wrong_set_count", f"GE01 is not the {group.sets} sets counted", segment.position)
        if control(segment[2]) != control(group.number):
            self._warning("wrong_group_control", f"GE02 is not GS06 {group.number}", segment.position)

    def _iea(self, segment: Segment) -> None:
        self._no_se(segment)
        self._close_group(segment.position)
        interchange, self._interchange = self._interchange, None
        if interchange is None:
            return
        if _count(segment[1]) != interchange.groups:
            self._warning("wrong_group_count", f"IEA01 is not the {interchange.groups} groups counted", segment.position)
        if control(segment[2]) != control(interchange.number):
            self._warning("wrong_interchange_control", f"IEA02 is not ISA13 {interchange.number}", segment.position)
        self._contents.interchange_closed(interchange)

    def _ta1(self, segment: Segment) -> None:
        if self._set is not None:
            self._outside(segment)
            return
        if self._group is not None:
            self._warning("ta1_inside_group", "TA1 stands inside a group; it was read all the same", segment.position)
        self._contents.interchange_acknowledgement(segment)

    def _outside(self, segment: Segment) -> None:
        if segment.tag:
            self._error("segment_outside_set", f"{segment.tag} belongs to no set here and was passed over", segment.position)
        else:
            self._garbage(segment)

    def _garbage(self, segment: Segment) -> None:
        self._error("garbage", "this is no segment: a segment begins with its two or three letter name", segment.position)

    def _no_se(self, segment: Segment) -> None:
        if self._set is not None:
            name = f"{self._set.set_id} {self._set.number}"
            problem = self._error("missing_se", f"set {name} has no SE before this {segment.tag}", segment.position)
            self._close_set(problem if self._set.damaged else None)

    def _close_set(self, failure: EdiProblem | None) -> None:
        self._set = None
        self._contents.set_closed(failure)

    def _close_group(self, where: Position) -> None:
        group, self._group = self._group, None
        if group is not None:
            self._error("missing_ge", f"group {group.number} has no GE", where)

    def _close_interchange(self, where: Position) -> None:
        interchange, self._interchange = self._interchange, None
        if interchange is not None:
            self._error("missing_iea", f"interchange {interchange.number} has no IEA", where)
            self._contents.interchange_closed(interchange)

    def _error(self, code: str, message: str, where: Position) -> EdiProblem:
        return self._problem(code, Severity.ERROR, message, where)

    def _warning(self, code: str, message: str, where: Position) -> EdiProblem:
        return self._problem(code, Severity.WARNING, message, where)

    def _problem(self, code: str, severity: Severity, message: str, where: Position) -> EdiProblem:
        interchange = self._interchange.number if self._interchange else ""
        group = self._group.number if self._group else ""
        number = self._set.number if self._set else ""
        problem = EdiProblem(code, severity, message, where, interchange, group, number)
        self._report.add(problem)
        return problem


def _count(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None
