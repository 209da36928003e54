"""Records of a request that cannot be stored are taken out and told to the sender; the others are stored (ADR 0014)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

from collector.otlp.signals import Form
from collector.refusals import Refused

_NO_TRACE = bytes(16)
_NO_SPAN = bytes(8)


@dataclass(frozen=True, slots=True)
class Parts:
    """`stored` and `rejected` count records; `reason` is a short word and `note` says what is wrong with the first, '' for none."""

    stored: int
    rejected: int = 0
    reason: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class _Fault:
    reason: str
    text: str


def remove_unstorable(form: Form, message: Any, most_attributes: int) -> Parts:
    """Takes from `message` what the store could not hold, and records with more than `most_attributes` attributes.

    Ids of log records are not judged: a wrong one means no trace. Refused 400 when a resource or scope has too many attributes.
    """
    _check_shared(form, message, most_attributes)
    if form.records == "spans":
        return _spans(form, message, most_attributes)
    if form.records == "metrics":
        return _points(form, message, most_attributes)
    return _logs(form, message, most_attributes)


def _check_shared(form: Form, message: Any, most: int) -> None:
    groups = getattr(message, form.groups)
    for part in (*(group.resource for group in groups), *(scope.scope for scope in form.scopes_of(message))):
        if (fault := _crowded(part, most)) is not None:
            raise Refused(400, fault.reason, f"A {'resource' if part.DESCRIPTOR.name == 'Resource' else 'scope'} {fault.text}")


def _spans(form: Form, message: Any, most: int) -> Parts:
    spans = [span for scope in form.scopes_of(message) for span in scope.spans]
    known = _valid([span.trace_id for span in spans], _NO_TRACE) and _valid([span.span_id for span in spans], _NO_SPAN)
    if known and max([len(span.attributes) for span in spans], default=0) <= most:
        return Parts(len(spans))
    faults: list[tuple[int, _Fault]] = []
    seen = 0
    for scope in form.scopes_of(message):
        seen += _take_out(scope.spans, lambda span: _span_fault(span) or _crowded(span, most), seen, faults)
    return _parts(form, seen, faults)


def _logs(form: Form, message: Any, most: int) -> Parts:
    faults: list[tuple[int, _Fault]] = []
    seen = 0
    for scope in form.scopes_of(message):
        seen += _take_out(scope.log_records, lambda record: _crowded(record, most), seen, faults)
    return _parts(form, seen, faults)


def _valid(ids: list[bytes], none: bytes) -> bool:
    return set(map(len, ids)) <= {len(none)} and none not in ids


def _points(form: Form, message: Any, most: int) -> Parts:
    faults: list[tuple[int, _Fault]] = []
    seen = 0
    for scope in form.scopes_of(message):
        for metric in scope.metrics:
            kind = metric.WhichOneof("data")
            if kind:
                judge = partial(_point_fault, kind, most)
                seen += _take_out(getattr(metric, kind).data_points, judge, seen, faults)
    return _parts(form, seen, faults)


def _take_out(records: Any, judge: Callable[[Any], _Fault | None], before: int, faults: list[tuple[int, _Fault]]) -> int:
    """How many `records` there were; those `judge` finds fault with are deleted and added to `faults` by their number."""
    count = len(records)
    found = [(index, fault) for index, record in enumerate(records) if (fault := judge(record)) is not None]
    for index, _ in reversed(found):
        del records[index]
    faults += [(before + index, fault) for index, fault in found]
    return count


def _span_fault(span: Any) -> _Fault | None:
    for name, value, none in (("trace_id", span.trace_id, _NO_TRACE), ("span_id", span.span_id, _NO_SPAN)):
        if len(value) != len(none):
            return _Fault(f"bad_{name}", f"has a {name} of {len(value)} bytes; it must have {len(none)}")
        if value == none:
            return _Fault(f"bad_{name}", f"has a {name} of zeros only, which OpenTelemetry calls invalid")
    return None


def _point_fault(kind: str, most: int, point: Any) -> _Fault | None:
    return (_histogram_fault(point) if kind == "histogram" else None) or _crowded(point, most)


def _crowded(part: Any, most: int) -> _Fault | None:
    count = len(part.attributes)
    return _Fault("too_many_attributes", f"has {count} attributes; at most {most} are taken") if count > most else None


def _histogram_fault(point: Any) -> _Fault | None:
    buckets, bounds = len(point.bucket_counts), len(point.explicit_bounds)
    if buckets == bounds + 1 or buckets == 0:
        return None
    return _Fault(
        "bad_buckets", f"has {buckets} bucket_counts and {bounds} explicit_bounds; there must be one count more, or none"
    )


def _parts(form: Form, seen: int, faults: Iterable[tuple[int, _Fault]]) -> Parts:
    listed = list(faults)
    if not listed:
        return Parts(seen)
    index, fault = listed[0]
    more = f" (and {len(listed) - 1} more are not stored)" if len(listed) > 1 else ""
    return Parts(seen - len(listed), len(listed), fault.reason, f"{form.noun.capitalize()} {index} {fault.text}{more}")
