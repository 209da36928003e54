"""Every configured SLA as a row the engine joins: what it measures, how it counts, when it fires."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from analytics.context import Context
from analytics.sla import calendars, definitions
from domain.budgets import Budgeting
from domain.configuration import Configuration
from domain.slas import CompositeSla, FreshnessSla, LatencySla, RatioSla, Sla, ThresholdSla
from store.query import Query

_NUMBERS = Query.beside(__file__, "slo_numbers.sql")
_REGISTERED = Query.beside(__file__, "registered.sql")
_METHODS = {Budgeting.OCCURRENCES: 0, Budgeting.TIMESLICES: 1, Budgeting.RATIO_TIMESLICES: 2}
_KEPT = 4
# Drawn up once per configuration: ten thousand definitions take a second.
_drawn_up: dict[str, Described] = {}

Row = dict[str, Any]


@dataclass(frozen=True)
class Described:
    """The rows of a configuration before they have numbers."""

    rows: tuple[Row, ...]
    slas: Mapping[str, Sla]
    revision: str


@dataclass(frozen=True)
class Registry:
    """`numbers`: SLA id → its number. `revision` names the set in slo_definitions."""

    revision: str
    numbers: Mapping[str, int]
    slas: Mapping[str, Sla]

    @cached_property
    def ids(self) -> Mapping[int, str]:
        return {number: id for id, number in self.numbers.items()}

    def by_window(self, id: str) -> bool:
        """Whether the SLA as a whole is breached, not each of its cases."""
        sla = self.slas[id]
        return isinstance(sla, RatioSla | LatencySla | FreshnessSla | ThresholdSla | CompositeSla) or sla.kind in _MANY


def ensure(context: Context) -> Registry:
    """The configured SLAs, registered: numbered where new, and written where this set was not known yet. One writer."""
    described = describe(context.configuration)
    known = {
        (r["sla_id"], r["generation"], r["counting"]): r for r in context.store.records(_NUMBERS, sla_ids=list(described.slas))
    }
    missing = [row for row in described.rows if _identity(row) not in known]
    if missing:
        known |= _number(context, missing)
    registry = Registry(
        described.revision, {row["sla_id"]: known[_identity(row)]["slo"] for row in described.rows}, described.slas
    )
    if context.store.value(_REGISTERED, revision=described.revision) < len(described.rows):
        context.store.insert("slo_definitions", [_definition(row, known, registry) for row in described.rows])
    return registry


def describe(configuration: Configuration) -> Described:
    """What is to be registered; the same configuration is described once."""
    found = _drawn_up.get(configuration.fingerprint)
    if found is None:
        rows = tuple(_row(sla, configuration) for sla in configuration.slas)
        text = json.dumps(rows, sort_keys=True, default=str)
        found = Described(rows, {sla.id: sla for sla in configuration.slas}, hashlib.sha256(text.encode()).hexdigest()[:16])
        while len(_drawn_up) >= _KEPT:
            _drawn_up.pop(next(iter(_drawn_up)), None)
        _drawn_up[configuration.fingerprint] = found
    return found


def _number(context: Context, rows: list[Row]) -> dict[tuple[str, str, str], Row]:
    first = max((r["slo"] for r in context.store.records(_NUMBERS, sla_ids=[])), default=0) + 1
    new = [
        {
            "slo": first + n,
            "sla_id": row["sla_id"],
            "generation": row["generation"],
            "counting": row["counting"],
            "added": context.now,
        }
        for n, row in enumerate(rows)
    ]
    context.store.insert("slo_numbers", new)
    return {(row["sla_id"], row["generation"], row["counting"]): row for row in new}


def _identity(row: Mapping[str, Any]) -> tuple[str, str, str]:
    return row["sla_id"], row["generation"], row["counting"]


def _definition(row: Row, known: Mapping[tuple[str, str, str], Row], registry: Registry) -> Row:
    number = known[_identity(row)]
    parts = [registry.numbers[part] for part in row["parts"]]
    whole = {**row, "revision": registry.revision, "slo": number["slo"], "added": number["added"], "parts": parts}
    del whole["counting"]
    return whole


def _row(sla: Sla, configuration: Configuration) -> Row:
    """Every column, with what this kind does not have left empty."""
    calendar = definitions.calendar_of(sla, configuration)
    flow = configuration.flow(getattr(sla, "flow", ""))
    where = dict(sorted(getattr(sla, "where", {}).items()))
    deadline = getattr(sla, "deadline", None)
    return {
        "sla_id": sla.id, "generation": definitions.generation(sla, configuration), "kind": sla.kind,
        "interface": getattr(sla, "interface", ""), "operation": getattr(sla, "operation", None) or "",
        "filter_keys": list(where), "filter_values": list(where.values()), "within_us": definitions.microseconds(getattr(sla, "within", None)),
        "queue": getattr(sla, "queue", ""), "measure": str(getattr(sla, "measure", "")), "at_most": float(getattr(sla, "at_most", 0)),
        "job": getattr(sla, "job", ""), "max_reject_share": getattr(sla, "max_reject_share", 1.0), "min_records": getattr(sla, "min_records", 0),
        "control_totals": int(getattr(sla, "control_totals", False)), "deadline": f"{deadline:%H:%M:%S}" if deadline else "",
        "calendar": calendar.id if calendar else "", "calendar_revision": calendars.revision(calendar) if calendar else "",
        "zone": calendar.time_zone if calendar else "", "flow": getattr(sla, "flow", ""),
        "from_milestone": getattr(sla, "from_milestone", ""), "to_milestone": getattr(sla, "to_milestone", ""),
        "per_facility": int(flow.per_facility if flow else 0), "per_line": int(flow.per_line if flow else 0),
        "receiver": getattr(sla, "receiver", ""), "key_type": getattr(sla, "key", ""), "document_sets": list(getattr(sla, "sets", ())),
        "acknowledged_by": getattr(sla, "by", ""), **_counting(sla), **_tiers(sla),
    }  # fmt: skip


def _counting(sla: Sla) -> Row:
    parts = sla.parts if isinstance(sla, CompositeSla) else ()
    how = (
        _METHODS[sla.budgeting],
        definitions.parts_per_billion(sla.slice_target or 1.0),
        int(sla.slice_length.total_seconds()),
        sla.no_data.value,
    )
    return {
        "parts": [part.sla for part in parts], "weights": [part.weight for part in parts],
        "target_ppb": definitions.parts_per_billion(sla.target), "method": how[0], "slice_ppb": how[1], "slice_seconds": how[2],
        "no_data": how[3], "counting": hashlib.sha256(repr(how).encode()).hexdigest()[:12],
        "window_seconds": int(sla.window.total_seconds()), "aligned": sla.aligned.model_dump_json() if sla.aligned else "",
        "by_window": int(isinstance(sla, RatioSla | LatencySla | FreshnessSla | ThresholdSla | CompositeSla) or sla.kind in _MANY),
    }  # fmt: skip


# Kinds with so many cases that each one late is no breach of its own.
_MANY = ("completeness", "acknowledgement")


def _tiers(sla: Sla) -> Row:
    return {
        "tier_names": [tier.name or f"{tier.urgency.value}-{n}" for n, tier in enumerate(sla.tiers, 1)],
        "tier_long": [int(tier.long.total_seconds()) for tier in sla.tiers],
        "tier_short": [int(tier.short.total_seconds()) for tier in sla.tiers],
        "tier_burn": [tier.threshold(sla.window, sla.target) for tier in sla.tiers],
        "tier_op": [tier.op.value for tier in sla.tiers],
        "tier_bad": [tier.min_bad_events for tier in sla.tiers],
        "tier_total": [tier.min_total_events for tier in sla.tiers],
    }
