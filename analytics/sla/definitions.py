"""What an SLA measures, as a fingerprint, and what it promises, in words."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from decimal import Decimal

from domain.calendars import Calendar
from domain.configuration import Configuration
from domain.slas import (
    AcknowledgementSla,
    BatchDeadlineSla,
    CompletenessSla,
    CompositeSla,
    CycleTimeSla,
    ExternalSla,
    FreshnessSla,
    LatencySla,
    Measure,
    RatioSla,
    Sla,
    ThresholdSla,
)

# These say who cares and how much, not what a slice counts: changing them keeps the record.
_NOT_MEASURED = {
    "name", "target", "window", "owner", "severity", "audience", "aligned", "budgeting", "slice_target", "slice_length", "no_data",
    "tiers", "party", "service", "description",
}  # fmt: skip
# What came later leaves the generations of those who do not use it as they were.
_LATER = {"where": {}, "min_records": 0, "control_totals": False}
_UNITS = ((86400, "d"), (3600, "h"), (60, "min"), (1, "s"))


# Fingerprint of a configuration → its generations, worked out once: there may be ten thousand.
_known: dict[str, dict[str, str]] = {}
_KEPT = 4


def generation(sla: Sla, configuration: Configuration) -> str:
    """Twelve hex digits that change when what the slices of `sla` count changes, its calendar and flow included."""
    return generations(configuration)[sla.id]


def _generation(sla: Sla, configuration: Configuration) -> str:
    measured = sla.model_dump(mode="json", exclude=_NOT_MEASURED)
    parts: list[object] = [{name: value for name, value in measured.items() if value != _LATER.get(name, ...)}]
    calendar = calendar_of(sla, configuration)
    if calendar is not None:
        parts.append(calendar.model_dump(mode="json"))
    if isinstance(sla, CycleTimeSla):
        flow = configuration.flow(sla.flow)
        parts.append({"per_facility": flow.per_facility, "per_line": flow.per_line} if flow else {})
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:12]


def generations(configuration: Configuration) -> dict[str, str]:
    """SLA id → its current generation."""
    found = _known.get(configuration.fingerprint)
    if found is None:
        found = {sla.id: _generation(sla, configuration) for sla in configuration.slas}
        while len(_known) >= _KEPT:
            _known.pop(next(iter(_known)), None)
        _known[configuration.fingerprint] = found
    return found


def calendar_of(sla: Sla, configuration: Configuration) -> Calendar | None:
    """The calendar whose open time counts; None where wall time does."""
    if isinstance(sla, FreshnessSla | BatchDeadlineSla | CycleTimeSla):
        return configuration.calendar(sla.calendar)
    return None


def microseconds(length: timedelta | None) -> int:
    """Whole microseconds; 0 for no length."""
    return length // timedelta(microseconds=1) if length is not None else 0


def parts_per_billion(target: float) -> int:
    """`target` as written, exactly: 0.95 is 950,000,000 and not a float's neighbour of it."""
    return int(Decimal(str(target)) * 10**9)


def meets(good: int, total: int, target: float) -> bool:
    """Whether the share is at least the target, in whole numbers."""
    return good * 10**9 >= parts_per_billion(target) * total


def promise(sla: Sla, configuration: Configuration) -> str:
    """The SLA in words: "95 % of contract lines reach Catalog refreshed within 12 business h of Contract executed, 30 d"."""
    return f"{_share(sla.target)} % of {_events(sla, configuration)}, {_span(sla.window)}"


def _events(sla: Sla, configuration: Configuration) -> str:
    business = _is_business(sla, configuration)
    match sla:
        case RatioSla():
            return f"{_spans(sla.interface, sla.operation, configuration)} without error"
        case LatencySla():
            return f"{_spans(sla.interface, sla.operation, configuration)} within {_span(sla.within)}"
        case FreshnessSla():
            during = "open minutes" if business else "minutes"
            return f"{during} with {_interface(sla.interface, configuration)} no older than {_span(sla.within, business)}"
        case BatchDeadlineSla():
            day = "business days" if business else "days"
            return f"{day} with {sla.job} finished by {sla.deadline:%H:%M}"
        case CycleTimeSla():
            name = {m.id: m.name for f in configuration.flows if f.id == sla.flow for m in f.milestones}
            reach, since = name.get(sla.to_milestone, sla.to_milestone), name.get(sla.from_milestone, sla.from_milestone)
            return f"{_instances(sla, configuration)} reach {reach} within {_span(sla.within, business)} of {since}"
        case _:
            return _others(sla, configuration, business)


def _others(sla: Sla, configuration: Configuration, business: bool) -> str:
    match sla:
        case ThresholdSla(measure=Measure.DEPTH):
            return f"samples of {sla.queue} with at most {sla.at_most:g} messages"
        case ThresholdSla():
            return f"samples of {sla.queue} with nothing older than {_span(timedelta(seconds=sla.at_most))}"
        case CompletenessSla():
            sent, received = _interface(sla.interface, configuration), _interface(sla.receiver, configuration)
            return f"{sla.key.replace('_', ' ')}s sent by {sent} are received by {received} within {_span(sla.within)}"
        case AcknowledgementSla():
            what = " and ".join(sla.sets) or "documents"
            return f"{what} of {_interface(sla.interface, configuration)} acknowledged within {_span(sla.within, business)}"
        case CompositeSla():
            return "the weighted share of " + ", ".join(part.sla for part in sla.parts)
        case ExternalSla():
            return f"what {', '.join(sla.sources) or 'another system'} measures (not measured here)"
    raise AssertionError(sla.kind)


def within_words(sla: CycleTimeSla, configuration: Configuration) -> str:
    """The promised time: "12 business h"."""
    return _span(sla.within, _is_business(sla, configuration))


def _instances(sla: CycleTimeSla, configuration: Configuration) -> str:
    flow = configuration.flow(sla.flow)
    if flow is None:
        return sla.flow
    if flow.per_line:
        return f"{flow.key.replace('_', ' ')} lines"
    return f"{flow.name.lower()} cases"


def _spans(interface: str, operation: str | None, configuration: Configuration) -> str:
    return f"{_interface(interface, configuration)} {operation or 'messages'}"


def _interface(id: str, configuration: Configuration) -> str:
    interface = configuration.interface(id)
    return interface.name if interface else id


def _is_business(sla: Sla, configuration: Configuration) -> bool:
    calendar = calendar_of(sla, configuration)
    return calendar is not None and not calendar.always_open


def _share(target: float) -> str:
    return f"{(Decimal(str(target)) * 100).normalize():f}"


def _span(length: timedelta, business: bool = False) -> str:
    """The largest unit that divides `length`; business time stays in hours, for a business day has no fixed length."""
    word = "business " if business else ""
    milliseconds = round(length.total_seconds() * 1000)
    for seconds, unit in _UNITS[1:] if business else _UNITS:
        if milliseconds and milliseconds % (seconds * 1000) == 0 and (unit != "d" or milliseconds >= 2 * 86_400_000):
            return f"{milliseconds // (seconds * 1000)} {word}{unit}"
    return f"{milliseconds} {word}ms"
