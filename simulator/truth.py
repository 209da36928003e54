"""The ground truth: what the simulation broke, one JSON line each. Nothing else in the project reads it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from simulator.signals import BatchReport, Event, Fault, Incomparable, Overpayment, Signal, Trace, rfc3339

_KEYS = ("contract", "purchase_order", "invoice", "item", "supplier", "correlation", "facility")


def facts(signal: Signal) -> Iterator[dict[str, Any]]:
    """What a signal says went wrong: `failure` with class, object and repair, or `overpayment` with its cost in dollars."""
    match signal:
        case Trace(spans=spans):
            for span in spans:
                if span.fault:
                    keys = {k: span.attributes[f"{k}.id"] for k in _KEYS if f"{k}.id" in span.attributes}
                    yield _failure(span.fault, span.end, span.attributes["interface.id"], keys)
        case Event(fault=Fault() as fault):
            keys = {k: signal.data[f"{k}_id"] for k in _KEYS if signal.data.get(f"{k}_id")}
            yield _failure(fault, signal.at, signal.data["interface_id"], keys)
        case BatchReport(faults=faults):
            for fault, reject in zip(faults, signal.body.get("rejects", ()), strict=True):
                keys = {k: reject[f"{k}_id"] for k in _KEYS if f"{k}_id" in reject}
                yield _failure(fault, signal.at, signal.body["interface_id"], keys)
        case Overpayment():
            yield {"kind": "overpayment", "at": rfc3339(signal.at), **{k: v for k, v in signal._asdict().items() if k != "at"}}
        case Incomparable():
            yield {"kind": "not_comparable", "at": rfc3339(signal.at), **{k: v for k, v in signal._asdict().items() if k != "at"}}


def _failure(fault: Fault, at: float, interface: str, keys: dict[str, str]) -> dict[str, Any]:
    return {
        "kind": "failure", "class": fault.failure_class, "interface": interface, "at": rfc3339(at),
        "fixed": rfc3339(fault.fixed) if fault.fixed is not None else None, **keys, "message": fault.message,
    }  # fmt: skip


def append(path: Path, signals: Iterable[Signal]) -> int:
    """Write the facts of `signals` behind those already there; how many."""
    lines = [json.dumps(fact) for signal in signals for fact in facts(signal)]
    with path.open("a", encoding="utf-8") as file:
        file.writelines(line + "\n" for line in lines)
    return len(lines)
