"""New suppliers and new items on their way into the master data."""

from __future__ import annotations

import random
from datetime import date

from simulator.network import network
from simulator.rhythm import dice, is_business_day, moment, open_later
from simulator.signals import Event, Fault, Signal, Span, rfc3339, trace


def said_of(seed: int, day: date) -> list[Signal]:
    """Stories of suppliers requested and items created on `day`: one or two and four to nine on a business day."""
    if not is_business_day(day):
        return []
    chance = dice(seed, "master data", day)
    number = day.toordinal() - 739000
    said: list[Signal] = []
    for n in range(chance.randint(0, 2)):
        said += _supplier(chance, day, f"S{number}{n}")
    for n in range(chance.randint(4, 9)):
        said += _item(seed, chance, day, f"41-{number}{n}")
    return said


def _supplier(chance: random.Random, day: date, supplier: str) -> list[Signal]:
    requested = moment(chance, day, "America/Chicago")
    refused = open_later(requested, chance.uniform(5, 20)) if chance.random() < 0.2 else None
    validated = open_later(refused or requested, chance.uniform(8, 40))
    created = open_later(validated, chance.uniform(2, 18))
    published = open_later(created, chance.uniform(1, 9))
    said: list[Signal] = [
        _milestone("supplier_onboarding", supplier, name, at, interface, {"supplier_id": supplier})
        for name, at, interface in (
            ("requested", requested, "supplier-request"), ("validated", validated, "supplier-validation"),
            ("master_created", created, "supplier-master-sync"), ("published", published, "supplier-master-sync"),
        )
    ]  # fmt: skip
    attributes = {"interface.id": "supplier-validation", "supplier.id": supplier, "correlation.id": f"SR-{supplier}"}
    said.append(trace(Span("supplier-portal", "validate supplier", validated - 0.9, validated, attributes)))
    if refused is not None:
        fault = Fault(
            "supplier_not_found",
            "SUPPLIER_DUPLICATE",
            f"Supplier {supplier} is a duplicate of an active vendor record",
            validated,
        )
        said.append(trace(Span("supplier-portal", "validate supplier", refused - 0.9, refused, attributes, fault)))
    return said


def _milestone(flow: str, key: str, name: str, at: float, interface: str, more: dict[str, str]) -> Event:
    data = {
        "flow": flow,
        "key": key,
        "milestone": name,
        "time": rfc3339(at),
        "interface_id": interface,
        "correlation_id": f"{flow[:4].upper()}-{key}",
        **more,
    }
    return Event(at, "milestone", f"{flow}-{key}-{name}", data)


def _item(seed: int, chance: random.Random, day: date, item: str) -> list[Signal]:
    supplier = chance.choice(network(seed).suppliers).id
    created = moment(chance, day, "America/Chicago")
    mapped = open_later(created, chance.lognormvariate(1.8, 0.8))
    published = open_later(mapped, chance.uniform(0.2, 6))
    return [
        _step(at, service, interface, name, item, supplier, milestone)
        for at, service, interface, name, milestone in (
            (created, "item-hub", "item-master-create", "create item", "created"), (mapped, "item-hub", "item-mapping", "map item", "mapped"),
            (published, "item-hub", "item-master-publish", "publish item", "published"),
        )
    ]  # fmt: skip


def _step(at: float, service: str, interface: str, name: str, item: str, supplier: str, milestone: str) -> Signal:
    attributes = {
        "interface.id": interface, "item.id": item, "supplier.id": supplier, "correlation.id": f"IM-{item}",
        "flow.name": "item_master", "milestone.name": milestone,
    }  # fmt: skip
    return trace(Span(service, name, at - 0.5, at, attributes))
