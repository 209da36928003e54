"""Contracts: negotiated lines with their prices, and the story of their activation across systems and days."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from simulator import incidents
from simulator.network import CURRENCY, FACILITIES, Facility, Item, Network, network
from simulator.rhythm import HOUR, dice, is_business_day, local_day, midnight, moment, open_later
from simulator.signals import Event, rfc3339

DAY = 86400.0
EXPIRES_AFTER = 21 * DAY


class Line(NamedTuple):
    """A contract × item × facility. Times are epoch seconds; refused: when the ERP refused it, with the class of failure."""

    item: Item
    facility: Facility
    mapped: float
    loaded: float
    usable: float
    refused: float | None = None
    refusal: str = ""


class Contract(NamedTuple):
    """prices: dollars per item id from `valid_from`. Known to everyone from `executed`.

    corrections: item id → (when it became known, the price that held from the beginning after all).
    """

    id: str
    correlation: str
    supplier: str
    executed: float
    valid_from: float
    eligible: float
    tier_refused: float | None
    validated: float
    supplier_refused: float | None
    filed: float
    prices: dict[str, float]
    lines: tuple[Line, ...]
    corrections: Mapping[str, tuple[float, float]] = MappingProxyType({})


@lru_cache(maxsize=4096)
def executed_on(seed: int, day: date, scale: float = 1.0) -> tuple[Contract, ...]:
    """Contracts signed on `day`: three to six on business days at scale 1."""
    if not is_business_day(day):
        return ()
    count = max(1, round(dice(seed, "contracts", day).randint(3, 6) * scale))
    return tuple(_contract(seed, day, n) for n in range(count))


def _contract(seed: int, day: date, n: int) -> Contract:
    chance = dice(seed, "contract", day, n)
    net = network(seed)
    supplier = chance.choice(net.suppliers)
    executed = max(midnight(day) + 8 * HOUR, moment(chance, day, "America/Chicago"))
    executed = min(executed, midnight(day) + 20 * HOUR)
    tier_refused = open_later(executed, chance.uniform(2, 8)) if chance.random() < 0.06 else None
    delay = chance.lognormvariate(1.9, 0.5) * incidents.gpo_delay(seed, day)
    eligible = open_later(tier_refused or executed, delay)
    supplier_refused = open_later(eligible, chance.uniform(0.1, 2)) if chance.random() < 0.035 else None
    validated = open_later(
        supplier_refused or eligible, chance.lognormvariate(2.5, 0.6) if supplier_refused else chance.uniform(0.05, 2.5)
    )
    filed = open_later(validated, chance.lognormvariate(0.9, 0.8))
    number = f"{day.toordinal() - 738000}{n}"
    items = chance.sample(net.items_of(supplier.id), chance.randint(4, 10))
    return Contract(
        f"MS-{number}", f"CA-{day:%Y}-{number}", supplier.id, executed, _effective(chance, day), eligible, tier_refused, validated,
        supplier_refused, filed, prices := {i.id: _negotiated(chance, i) for i in items}, _lines(seed, chance, items, filed),
        _corrections(seed, f"MS-{number}", executed, prices),
    )  # fmt: skip


def _corrections(seed: int, contract: str, executed: float, prices: dict[str, float]) -> dict[str, tuple[float, float]]:
    """In one contract of eight an item's price turns out lower than published, days after it took effect."""
    chance = dice(seed, "correction", contract)
    if chance.random() >= 0.125:
        return {}
    item = chance.choice(sorted(prices))
    return {item: (open_later(executed + chance.uniform(6, 12) * DAY, 1), round(prices[item] * chance.uniform(0.88, 0.97), 2))}


def _effective(chance: random.Random, day: date) -> float:
    """Midnight some days after signature; 13 % of negotiations are retroactive (HIDA)."""
    days = -chance.randint(3, 14) if chance.random() < 0.13 else chance.randint(1, 6)
    return midnight(day) + days * DAY


def _negotiated(chance: random.Random, item: Item) -> float:
    """Mostly a saving of 2 to 14 %, sometimes an increase."""
    factor = chance.uniform(0.86, 0.98) if chance.random() < 0.86 else chance.uniform(1.01, 1.05)
    return round(item.price * factor, 2)


def _lines(seed: int, chance: random.Random, items: list[Item], filed: float) -> tuple[Line, ...]:
    facilities = chance.sample(FACILITIES, chance.choice((3, 4, 5, 6, 6, 8, 12)))
    gap_items = {i.id for i in chance.sample(items, chance.choice((0, 0, 0, 1, 1, 2)))}
    mapped = open_later(filed, chance.lognormvariate(1.1, 0.9))
    found = []
    for facility in facilities:
        load = open_later(
            mapped, chance.lognormvariate(-0.4, 0.9) * incidents.slowness(seed, "erp-price-load", local_day(mapped))
        )
        gap_here = chance.random() < 0.4
        for n, item in enumerate(items):
            found.append(
                _line(seed, chance, item, facility, (mapped + n * 0.2, load + n * 0.7), gap_here and item.id in gap_items)
            )
    return tuple(found)


def _line(seed: int, chance: random.Random, item: Item, facility: Facility, times: tuple[float, float], gap: bool) -> Line:
    mapped, load = times
    refusal = "item_mapping_missing" if gap else chance.choices(_REFUSALS, weights=_REFUSAL_WEIGHTS)[0]
    broken = incidents.outage(seed, "erp-cloud" if facility.cloud else "erp", load)
    if broken:
        return Line(
            item, facility, mapped, (done := broken.end + chance.uniform(60, 1200)), refreshed(chance, done), load, "unreachable"
        )
    if not refusal:
        return Line(item, facility, mapped, load, refreshed(chance, load))
    hours = chance.lognormvariate(2.6, 0.75) if gap else chance.lognormvariate(1.9, 0.7)
    return Line(item, facility, mapped, (done := open_later(load, hours)), refreshed(chance, done), load, refusal)


def refreshed(chance: random.Random, loaded: float) -> float:
    """When the catalog next shows a line loaded at `loaded`: refreshed at 04:40, 11:00 and 15:30 Central."""
    start = midnight(local_day(loaded))
    for hour in (4.67, 11.0, 15.5, 28.67):
        if start + hour * HOUR > loaded:
            return start + hour * HOUR + chance.uniform(60, 900)
    raise AssertionError("a day has a next morning")


def price_events(contract: Contract) -> list[Event]:
    """The contract's prices as the CLM publishes them at signature, and corrections when they become known."""
    found = []
    for line in contract.lines:
        name, price = f"{contract.id}-{line.item.id}-{line.facility.id}", contract.prices[line.item.id]
        found.append(Event(contract.executed + 1, "contract_price", name, _price(contract, line, price, contract.executed)))
        if line.item.id in contract.corrections:
            known, corrected = contract.corrections[line.item.id]
            found.append(Event(known + 1, "contract_price", f"{name}-corrected", _price(contract, line, corrected, known)))
    return found


def _price(contract: Contract, line: Line, price: float, known: float) -> dict[str, object]:
    return {
        "contract_id": contract.id, "item_id": line.item.id, "facility_id": line.facility.id, "supplier_id": contract.supplier,
        "price": f"{price:.2f}", "currency": CURRENCY, "uom": line.item.uom, "pack_factor": line.item.pack,
        "valid_from": rfc3339(contract.valid_from), "known_from": rfc3339(known),
    }  # fmt: skip


def base_agreement(supplier: str) -> str:
    """The contract in force with a supplier before the simulated time."""
    return f"BA-{supplier[1:]}"


def expires(item: Item) -> bool:
    """Whether the base agreement's price of an item runs out, EXPIRES_AFTER seconds after the simulated time begins."""
    return int(item.id.removeprefix("40-")) % 100 == 42


def base_prices(net: Network, origin: float) -> list[Event]:
    """Prices in force when the simulated time begins, at every facility; a dozen of them run out three weeks later."""
    found = []
    for item in net.items:
        data = {
            "contract_id": base_agreement(item.supplier), "item_id": item.id, "facility_id": "", "supplier_id": item.supplier,
            "price": f"{item.price:.2f}", "currency": CURRENCY, "uom": item.uom, "pack_factor": item.pack,
            "valid_from": rfc3339(origin - 200 * DAY), "known_from": rfc3339(origin - 230 * DAY),
        }  # fmt: skip
        if expires(item):
            data["valid_to"] = rfc3339(origin + EXPIRES_AFTER)
        found.append(Event(origin, "contract_price", f"base-{item.id}", data))
    return found


_REFUSALS = ("", "uom_mismatch", "retroactive_price", "downstream_rejected", "throttled", "expired_contract")
_REFUSAL_WEIGHTS = (985, 5, 3, 3, 2, 2)
