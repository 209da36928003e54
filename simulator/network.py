"""Who takes part: hospitals, suppliers and the items they sell. The same under the same seed."""

from __future__ import annotations

import random
from functools import lru_cache
from typing import NamedTuple

from simulator.rhythm import dice

CURRENCY = "USD"


class Facility(NamedTuple):
    """weight: its share of orders. cloud: whether it has moved to the cloud ERP."""

    id: str
    zone: str
    weight: float
    ship_to: str
    cloud: bool


class Supplier(NamedTuple):
    """ack_hours: median office hours to acknowledge an order. ship_days: median days from order to dispatch."""

    id: str
    ack_hours: float
    ship_days: float


class Item(NamedTuple):
    """price: dollars per `uom` before any contract of the simulated time."""

    id: str
    supplier: str
    uom: str
    pack: int
    price: float


_ZONES = (
    "Chicago",
    "Chicago",
    "Chicago",
    "New_York",
    "New_York",
    "New_York",
    "Chicago",
    "Denver",
    "Denver",
    "Phoenix",
    "Los_Angeles",
    "Los_Angeles",
)
_WEIGHTS = (18, 9, 6, 12, 10, 8, 9, 8, 2, 5, 7, 6)
FACILITIES = tuple(
    Facility(f"H{n:02d}", f"America/{zone}", weight, f"ST-{10000 + n}", n >= 8)
    for n, (zone, weight) in enumerate(zip(_ZONES, _WEIGHTS, strict=True), 1)
)
_UNITS = (("EA", 1), ("BX", 10), ("BX", 50), ("CS", 100), ("PK", 5))


class Network(NamedTuple):
    """catalogue: the items of each supplier."""

    suppliers: tuple[Supplier, ...]
    items: tuple[Item, ...]
    catalogue: dict[str, tuple[Item, ...]]

    def items_of(self, supplier: str) -> tuple[Item, ...]:
        return self.catalogue[supplier]


@lru_cache(maxsize=4)
def network(seed: int) -> Network:
    """60 suppliers and 1,200 items, 20 each."""
    chance = dice(seed, "network")
    suppliers = tuple(Supplier(f"S{n:03d}", chance.uniform(1.0, 7.0), chance.uniform(0.6, 2.4)) for n in range(1, 61))
    items = tuple(_item(chance, n) for n in range(1200))
    return Network(suppliers, items, {s.id: tuple(i for i in items if i.supplier == s.id) for s in suppliers})


def _item(chance: random.Random, n: int) -> Item:
    uom, pack = chance.choice(_UNITS)
    return Item(
        f"40-{2000 + n}", f"S{n % 60 + 1:03d}", uom, pack, round(min(2400.0, max(1.5, chance.lognormvariate(3.6, 1.2))), 2)
    )


def any_facility(chance: random.Random) -> Facility:
    """A facility, the larger the likelier."""
    return chance.choices(FACILITIES, weights=_WEIGHTS)[0]
