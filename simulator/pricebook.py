"""What a line should cost and what the ERP believes it costs, at any moment of the simulated time."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import NamedTuple

from simulator import contracts
from simulator.contracts import Contract
from simulator.network import Item
from simulator.rhythm import ONE_DAY, midnight


class Quote(NamedTuple):
    """agreed: price of the contract in force, as known then. erp: price the ERP puts on the order. Dollars per the item's unit.

    expired: the agreed price has run out. correction: (when it becomes known, the price that held after all), None without one to come.
    """

    contract: str
    agreed: float
    erp: float
    expired: bool = False
    correction: tuple[float, float] | None = None


class PriceBook:
    """Contracts signed from the first simulated day on, by item."""

    def __init__(self, seed: int, first: date, scale: float = 1.0) -> None:
        self._seed = seed
        self._scale = scale
        self._expiry = midnight(first) + contracts.EXPIRES_AFTER
        self._next = first
        self._signed: dict[tuple[str, str], list[tuple[Contract, float]]] = defaultdict(list)

    def read_until(self, day: date) -> None:
        """Take in contracts signed up to and on `day`."""
        while self._next <= day:
            for contract in contracts.executed_on(self._seed, self._next, self._scale):
                for line in contract.lines:
                    self._signed[line.item.id, line.facility.id].append((contract, line.loaded))
            self._next += ONE_DAY

    def quote(self, item: Item, facility: str, at: float) -> Quote:
        """The price in force is of the newest effective contract signed by then; the ERP knows only what was loaded."""
        contract, agreed, erp = contracts.base_agreement(item.supplier), item.price, item.price
        expired, correction = contracts.expires(item) and at >= self._expiry, None
        newest = newest_loaded = 0.0
        for signed, loaded in self._signed.get((item.id, facility), ()):
            if signed.executed > at or signed.valid_from > at:
                continue
            price, coming = _corrected(signed, item, at)
            if signed.valid_from >= newest:
                contract, agreed, newest, expired, correction = signed.id, price, signed.valid_from, False, coming
            if loaded <= at and signed.valid_from >= newest_loaded:
                erp, newest_loaded = price, signed.valid_from
        return Quote(contract, agreed, erp, expired, correction)


def _corrected(signed: Contract, item: Item, at: float) -> tuple[float, tuple[float, float] | None]:
    """The contract's price as known at `at`, and the correction still to come."""
    correction = signed.corrections.get(item.id)
    if correction is None:
        return signed.prices[item.id], None
    return (correction[1], None) if correction[0] + 1 <= at else (signed.prices[item.id], correction)
