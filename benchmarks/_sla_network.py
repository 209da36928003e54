"""A configuration of many SLOs of every kind, and thirty days of their slices made inside the engine."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from analytics.context import Context
from analytics.sla.registry import Registry
from domain.configuration import Configuration
from store.query import Query

INTERFACES, TENANTS, FLOWS, JOBS = 100, 50, 20, 200
# Met by 119 good of 120 events an hour, and no longer by one bad event more in thirty days.
ON_THE_EDGE = 0.99166
_KINDS = ("ratio",) * 6 + ("latency",) * 5 + ("cycle_time",) * 4 + ("batch_deadline",) * 4 + ("threshold",)


def network(slos: int) -> Configuration:
    """`slos` SLOs: 30 % ratio and 25 % latency with an attribute filter, 20 % cycle time, 20 % batch, 5 % queue depth; every tenth counts
    timeslices, every tenth has a calendar window and is excluded on Sundays; every twentieth stands on the edge."""
    return Configuration.model_validate(
        {
            "people": [{"id": "team", "name": "Team"}],
            "systems": [{"id": "erp", "name": "ERP", "kind": "erp"}],
            "interfaces": [_interface(n) for n in range(INTERFACES + JOBS)],
            "key_types": [{"id": "contract", "attribute": "contract.id"}],
            "calendars": [{"id": "always", "time_zone": "UTC", "always_open": True}],
            "flows": [_flow(n) for n in range(FLOWS)],
            "slas": [_sla(n) for n in range(slos)],
            "exclusions": [
                {"id": "sundays", "name": "Sunday patching", "start": "2026-01-04T02:00:00-06:00", "rule": "FREQ=WEEKLY;BYDAY=SU",
                 "lasts": "2h", "time_zone": "America/Chicago", "slas": [f"slo-{n}" for n in range(slos) if n % 10 == 3]}
            ],
        }
    )  # fmt: skip


def history(context: Context, registry: Registry, now: datetime) -> None:
    """Thirty days before `now`, two events a minute: hours, five minutes for three days, minutes for six hours and at the
    edges of every longer window. Written as the derived grains would be."""
    end = int(now.timestamp()) // 3600 * 3600
    recent = {60: 0, 5: 3 * 86400, 1: 6 * 3600}
    _fill(context, registry, 60, end - 32 * 86400, end)
    for grain in (5, 1):
        _fill(context, registry, grain, end - recent[grain], int(now.timestamp()) // (60 * grain) * 60 * grain)
        # A window of whole days that ends this hour begins within the same hour of another day.
        for days in (30,) if grain == 5 else (1, 3, 30):
            hour = end - days * 86400
            if hour < end - recent[grain]:
                _fill(context, registry, grain, hour, hour + 3600)
    context.store.command("OPTIMIZE TABLE sli_grains FINAL")


def _fill(context: Context, registry: Registry, grain: int, start: int, end: int) -> None:
    context.store.run(_GRAINS, revision=registry.revision, grain=grain, start=start, end=end, edge=ON_THE_EDGE * 1e9)


_GRAINS = Query(
    "bench/grains",
    """
INSERT INTO sli_grains
SELECT {grain:UInt8} AS grain, toDateTime(at, 'UTC') AS slot, slo,
    multiIf(target_ppb = toUInt64({edge:Float64}) AND at % 3600 <= 1800 AND at % 3600 + 60 * grain > 1800, 2 * grain - 1, 2 * grain) AS good, 2 * grain AS total,
    grain AS good_slices, grain AS counted_slices, 0 AS excluded_seconds,
    if(method = 1, good_slices, good) AS budget_good, if(method = 1, counted_slices, total) AS budget_total
FROM (SELECT slo, target_ppb, method FROM slo_definitions FINAL WHERE revision = {revision:String}) AS d
CROSS JOIN (SELECT arrayJoin(range({start:UInt32}, {end:UInt32}, 60 * {grain:UInt8})) AS at) AS slots
ORDER BY toStartOfHour(slot), slo, slot
""",
)


def _interface(n: int) -> dict[str, Any]:
    found = {
        "id": f"i-{n}",
        "name": f"Interface {n}",
        "source": "erp",
        "target": "erp",
        "pattern": "event",
        "tier": 2,
        "owner": "team",
        "phi_adjacent": False,
    }
    return found if n < INTERFACES else {**found, "job": f"job-{n - INTERFACES}"}


def _flow(n: int) -> dict[str, Any]:
    steps = [{"id": f"s{k}", "name": f"Step {k}"} for k in range(4)]
    return {
        "id": f"f-{n}",
        "name": f"Flow {n}",
        "key": "contract",
        "per_facility": True,
        "completes_at": "s3",
        "milestones": steps,
    }


def _sla(n: int) -> dict[str, Any]:
    kind, variant = _KINDS[n % 20], n // 20
    found: dict[str, Any] = {"id": f"slo-{n}", "name": f"SLO {n}", "kind": kind, "target": 0.95, "owner": "team", "window": "30d"}
    interface = {"interface": f"i-{variant % INTERFACES}", "where": {"tenant": f"t-{variant // INTERFACES % TENANTS}"}}
    match kind:
        case "ratio":
            found |= interface | ({"target": ON_THE_EDGE} if n % 20 == 0 else {})
        case "latency":
            found |= interface | {"within": "2s"}
        case "cycle_time":
            found |= {"flow": f"f-{variant % FLOWS}", "from_milestone": "s0", "to_milestone": f"s{1 + variant // FLOWS % 3}",
                      "within": f"{4 + variant % 40}h", "calendar": "always"}  # fmt: skip
        case "batch_deadline":
            found |= {"job": f"job-{variant % JOBS}", "deadline": f"{variant % 24:02}:00", "calendar": "always"}
        case _:
            found |= {"queue": f"q-{variant}", "at_most": 100}
    if n % 10 == 1:
        found |= {"budgeting": "timeslices", "slice_target": 0.9}
    if n % 10 == 3:
        del found["window"]
        found["aligned"] = {"every": "1M", "start": "2026-01-01", "time_zone": "America/Chicago"}
    return found
