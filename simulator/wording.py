"""The same faults in other words: as systems say them that no rule was written for. Codes and objects stay."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from simulator.rhythm import dice
from simulator.signals import BatchReport, Event, Fault, Signal, Span, Trace

UNSEEN = Path(__file__).parent / "wordings" / "unseen.json"
Wordings = Mapping[str, list[str]]


def read(path: Path) -> Wordings:
    """Templates by class of failure, with {item}, {facility}, {contract}, … in them."""
    found: Wordings = json.loads(path.read_text(encoding="utf-8"))
    return found


def reworded(signal: Signal, wordings: Wordings) -> Signal:
    """The signal with the messages of its faults put into other words."""
    match signal:
        case Trace(at=at, spans=spans) if any(span.fault for span in spans):
            return Trace(at, tuple(_span(span, wordings) for span in spans))
        case Event(fault=Fault() as fault):
            said = _said(fault, {k.removesuffix("_id"): v for k, v in signal.data.items()}, wordings)
            return signal._replace(fault=said, data=signal.data | {"message": said.message})
        case BatchReport(faults=faults) if faults:
            rejects = list(signal.body["rejects"])
            new = [
                _said(f, {k.removesuffix("_id"): v for k, v in r.items()}, wordings) for f, r in zip(faults, rejects, strict=True)
            ]
            body = signal.body | {"rejects": [r | {"message": f.message} for f, r in zip(new, rejects, strict=True)]}
            return signal._replace(faults=tuple(new), body=body)
    return signal


def _span(span: Span, wordings: Wordings) -> Span:
    if span.fault is None:
        return span
    about = {key.removesuffix(".id"): value for key, value in span.attributes.items()}
    return span._replace(fault=_said(span.fault, about, wordings))


def _said(fault: Fault, about: Mapping[str, Any], wordings: Wordings) -> Fault:
    templates = wordings.get(fault.failure_class)
    if not templates:
        return fault
    template = dice(0, "wording", fault.message).choice(templates)
    return fault._replace(message=template.format_map(defaultdict(str, about)))
