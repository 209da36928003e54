"""Records of a request that cannot be stored are taken out and told to the sender; the others are stored (ADR 0014)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from collector.otlp.signals import Form

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


def remove_unstorable(form: Form, message: Any) -> Parts:
    """Takes from `message` what the store could not hold. Ids of log records are not judged: a wrong one means no trace."""
    if form.records == "spans":
        return _spans(form, message)
    if form.records == "metrics":
        return _points(form, message)
    return Parts(sum(len(scope.log_records) for scope in form.scopes_of(message)))


def _spans(form: Form, message: Any) -> Parts:
    spans = [span for scope in form.scopes_of(message) for span in scope.spans]
    if _valid([span.trace_id for span in spans], _NO_TRACE) and _valid([span.span_id for span in spans], _NO_SPAN):
        return Parts(len(spans))
    faults: list[tuple[int, _Fault]] = []
    seen = 0
    for scope in form.scopes_of(message):
        seen += _take_out(scope.spans, _span_fault, seen, faults)
    return _parts(form, seen, faults)


def _valid(ids: list[bytes], none: bytes) -> bool:
    return set(map(len, ids)) <= {len(none)} and none not in ids


def _points(form: Form, message: Any) -> Parts:
    faults: list[tuple[int, _Fault]] = []
    seen = 0
    for scope in form.scopes_of(message):
        for metric in scope.metrics:
            kind = metric.WhichOneof("data")
            if kind == "histogram":
                seen += _take_out(metric.histogram.data_points, _histogram_fault, seen, faults)
            elif kind:
                seen += len(getattr(metric, kind).data_points)
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
