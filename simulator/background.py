"""Traffic that belongs to no order: replenishment, case carts, punch-out sessions, status requests."""

from __future__ import annotations

import random
from datetime import date

from simulator import incidents
from simulator.network import Facility, any_facility, network
from simulator.rhythm import dice, local_day, moment, volume
from simulator.signals import Fault, Signal, Span, trace

# (interface, service, operation, calls on a weekday, median seconds)
_CALLS = (
    ("inventory-par", "inventory", "publish replenishment", 420, 0.12),
    ("case-cart-usage", "inventory", "publish case cart usage", 160, 0.15),
    ("punchout-catalog", "supplier-portal", "open punch-out session", 220, 1.3),
    ("po-status", "api-gateway", "get order status", 260, 0.25),
    ("contract-price-lookup", "clm", "look up contract price", 200, 0.11),
    ("contract-amendments", "clm", "publish amendment", 14, 0.2),
    ("edi-845-in", "edi-gateway", "process 845", 24, 0.5),
    ("edi-824-in", "edi-gateway", "process 824", 18, 0.4),
    ("exception-handling", "ipaas", "route exception", 70, 0.3),
)


def said_of(seed: int, day: date, scale: float) -> list[Signal]:
    """Single calls of `day`, about 1,400 on a weekday at scale 1."""
    said: list[Signal] = []
    for interface, service, operation, calls, median in _CALLS:
        chance = dice(seed, "background", interface, day)
        locked = _locked_out(seed, interface, day)
        for _ in range(round(calls * volume(day) * scale)):
            facility = any_facility(chance)
            said += call(
                seed, chance, (interface, service, operation, median), facility, moment(chance, day, facility.zone), locked
            )
    return said


def any_call(chance: random.Random) -> tuple[str, str, str, float]:
    """Some interface, service, operation and median seconds."""
    interface, service, operation, _, median = chance.choices(_CALLS, weights=[c[3] for c in _CALLS])[0]
    return interface, service, operation, median


def call(
    seed: int,
    chance: random.Random,
    what: tuple[str, str, str, float],
    facility: Facility,
    at: float,
    locked: tuple[float, float] = (0, 0),
) -> list[Signal]:
    """One call, and its repetition when it failed."""
    interface, service, operation, median = what
    attributes = {
        "interface.id": interface, "facility.id": facility.id, "item.id": chance.choice(network(seed).items).id,
        "correlation.id": f"RQ-{chance.getrandbits(40):010x}",
    }  # fmt: skip
    took = min(28.0, median * chance.lognormvariate(0, 0.45) * incidents.slowness(seed, interface, local_day(at)))
    fault = _fault(seed, chance, interface, service, at, locked)
    said: list[Signal] = [trace(Span(service, operation, at - took, at, attributes, fault))]
    if fault and fault.fixed is not None:
        said.append(trace(Span(service, operation, fault.fixed - median, fault.fixed, attributes)))
    return said


def _fault(
    seed: int, chance: random.Random, interface: str, service: str, at: float, locked: tuple[float, float]
) -> Fault | None:
    luck = chance.random()
    if locked[0] <= at < locked[1]:
        return Fault("authentication", "401", f"Unauthorized: client certificate expired for {interface}", locked[1] + luck * 900)
    broken = incidents.outage(seed, service, at)
    if broken:
        return Fault("unreachable", "503", f"{service} unreachable: connection refused", broken.end + luck * 900)
    if luck < 0.002:
        return Fault("throttled", "429", f"Rate limit of {interface} exceeded", at + 60 + luck * 10000)
    if luck < 0.004:
        return Fault("unreachable", "504", f"{interface} timed out after 30 s", at + 60 + luck * 10000)
    if luck < 0.0045:
        return Fault(
            "schema_version", "SCHEMA", f"Unsupported version 005010 in {interface}: unknown segment REF at 14", at + 7200
        )
    return None


def _locked_out(seed: int, interface: str, day: date) -> tuple[float, float]:
    """A certificate runs out now and then: (from, until) in epoch seconds."""
    chance = dice(seed, "certificate", interface, day)
    if chance.random() >= 0.006:
        return 0.0, 0.0
    start = moment(chance, day, "America/Chicago")
    return start, start + chance.uniform(1200, 9000)
