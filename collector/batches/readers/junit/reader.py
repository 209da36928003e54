"""JUnit XML → a run whose records are test cases, at any depth of suites; read as a stream.

Format: https://github.com/testmoapp/junitxml. Entities and external references are refused (defusedxml).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, BinaryIO
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from collector.batches.readers.documents import seconds, time_of
from collector.batches.rows import ended, reject_row, run_row
from collector.files.reader import FileContext, Tables, Unreadable
from collector.rows import Row

_PIECE = 2000
_BAD = ("failure", "error")


@dataclass
class _Seen:
    """What was read so far. `declared` is the outermost suites' own count of tests."""

    cases: int = 0
    skipped: int = 0
    rejected: int = 0
    open: list[Element] = field(default_factory=list)
    declared: int | None = None
    declared_at: int = 0
    times: list[tuple[datetime, float]] = field(default_factory=list)
    case_seconds: float = 0.0
    name: str = ""
    rejects: list[Row] = field(default_factory=list)


class JunitReader:
    """A case with a failure or an error is refused, a skipped one was not read.

    The run is the file: the format names none. It started at the earliest suite's timestamp (without a zone: in the
    folder's, else UTC) and took as long as the suites say.
    """

    def read(self, file: BinaryIO, name: str, context: FileContext) -> Iterator[Tables]:
        seen = _Seen()
        job = context.job_or("")
        try:
            for event, element in iterparse(file, events=("start", "end"), forbid_dtd=True):
                _step(seen, event, element, job, name, context)
                if len(seen.rejects) >= _PIECE:
                    yield {"batch_rejects": seen.rejects}
                    seen.rejects = []
        except ParseError as error:
            line, column = error.position
            raise Unreadable(f"{name} is not XML: line {line}, column {column + 1}: {str(error).split(':', 1)[0]}") from error
        except DefusedXmlException as error:
            raise Unreadable(f"{name} is refused: it declares entities or a document type; write it without DOCTYPE") from error
        except (LookupError, ValueError) as error:
            raise Unreadable(f"{name} is not XML that can be read: {type(error).__name__}") from error
        if seen.rejects:
            yield {"batch_rejects": seen.rejects}
        yield {"batch_runs": [_run(seen, job, name, context)]}


def _step(seen: _Seen, event: str, element: Element, job: str, name: str, context: FileContext) -> None:
    tag = _local(element)
    if event == "start":
        if not seen.open and tag not in ("testsuites", "testsuite"):
            raise Unreadable(f"{name} begins with <{tag[:60]}>, JUnit XML with <testsuites> or <testsuite>")
        seen.open.append(element)
        if tag in ("testsuites", "testsuite"):
            _suite(seen, element, context)
        return
    seen.open.pop()
    if tag == "testcase":
        _case(seen, element, job, context)
    if tag in ("testcase", "testsuite", "properties", "system-out", "system-err"):
        element.clear()
        if seen.open:  # keeps a large file out of memory
            seen.open[-1].remove(element)


def _suite(seen: _Seen, element: Element, context: FileContext) -> None:
    seen.name = seen.name or element.get("name", "")
    tests = element.get("tests", "")
    # Only the outermost that counts: what it counts includes the suites inside.
    if tests.isascii() and tests.isdigit() and len(tests) < 12 and (seen.declared is None or len(seen.open) == seen.declared_at):
        seen.declared = (seen.declared or 0) + int(tests)
        seen.declared_at = len(seen.open)
    if at := time_of(element.get("timestamp"), context.zone):
        seen.times.append((at, _number(element.get("time"))))


def _case(seen: _Seen, case: Element, job: str, context: FileContext) -> None:
    seen.cases += 1
    seen.case_seconds += _number(case.get("time"))
    children = {_local(child): child for child in reversed(case)}
    bad = next((children[kind] for kind in _BAD if kind in children), None)
    if bad is not None:
        seen.rejected += 1
        seen.rejects.append(_reject(seen, case, bad, job, context))
    elif "skipped" in children:
        seen.skipped += 1


def _reject(seen: _Seen, case: Element, bad: Element, job: str, context: FileContext) -> Row:
    named = ".".join(filter(None, (case.get("classname"), case.get("name"))))
    reason = bad.get("message") or (bad.text or "").strip().split("\n", 1)[0]
    at = min((time for time, _ in seen.times), default=context.received)
    return reject_row(
        job, context.run_id, seen.cases, at, context.received, interface_id=context.interface_of(job),
        code=bad.get("type") or _local(bad), message=f"{named}: {reason}".strip(": "),
    )  # fmt: skip


def _run(seen: _Seen, job: str, name: str, context: FileContext) -> Row:
    started = min((time for time, _ in seen.times), default=None)
    finished = max((time + timedelta(seconds=took) for time, took in seen.times), default=None)
    accepted = seen.cases - seen.skipped - seen.rejected
    skipped = f", {seen.skipped} skipped" if seen.skipped else ""
    short = f", {seen.declared} declared" if seen.declared not in (None, seen.cases) else ""
    return run_row(
        job, context.run_id, ended(accepted, seen.rejected), context.received,
        interface_id=context.interface_of(job), started=started, finished=finished, file_name=name,
        file_hash=context.digest.hex(),
        records_expected=None if seen.declared is None else max(seen.declared - seen.skipped, 0),
        records_read=seen.cases - seen.skipped, records_accepted=accepted, records_rejected=seen.rejected,
        message=f"{seen.name or 'JUnit'}: {seen.cases} tests{skipped}{short}", source="junit",
    )  # fmt: skip


def _local(element: Element) -> str:
    """The tag without its namespace."""
    tag: Any = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _number(value: str | None) -> float:
    try:
        return seconds(float((value or "0").replace(",", "")))
    except ValueError:
        return 0.0
