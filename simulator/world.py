"""All that is said in the simulated time. A day is a pure function of the world's seed, first day and scale, and the date."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from simulator import activation, background, batches, contracts, invoices, masterdata, orders, queues
from simulator.network import network
from simulator.pricebook import PriceBook
from simulator.rhythm import ONE_DAY, midnight
from simulator.signals import Signal
from simulator.wording import Wordings, reworded

# The longest stories (an order with a disputed invoice) are told within this time.
LONGEST_STORY = timedelta(days=40)
_SAMPLES_EVERY = 1800


class World:
    """Nothing happens before `first`. scale: share of the full number of orders, contracts and calls. wordings: other words for what fails."""

    def __init__(self, seed: int, first: date, scale: float = 1.0, wordings: Wordings | None = None) -> None:
        self.seed = seed
        self.first = first
        self.scale = scale
        self.prices = PriceBook(seed, first, scale)
        self._wordings = wordings

    def stories(self, day: date) -> Iterator[Signal]:
        """Everything said, then or later, in stories that begin on `day`."""
        for signal in self._stories(day):
            yield reworded(signal, self._wordings) if self._wordings else signal

    def _stories(self, day: date) -> Iterator[Signal]:
        self.prices.read_until(day)
        if day == self.first:
            yield from contracts.base_prices(network(self.seed), midnight(day))
        for contract in contracts.executed_on(self.seed, day, self.scale):
            yield from activation.story(self.seed, contract)
        yield from self._orders(day)
        yield from masterdata.said_of(self.seed, day)
        yield from background.said_of(self.seed, day, self.scale)
        yield from batches.said_of(self.seed, day)
        start = datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()
        for at in range(int(start), int(start) + 86400, _SAMPLES_EVERY):
            yield from queues.sampled(self.seed, float(at))

    def _orders(self, day: date) -> Iterator[Signal]:
        numbers: Counter[str] = Counter()
        for order in orders.ordered_on(self.seed, day, self.prices, self.scale):
            yield from orders.story(self.seed, order)
            numbers[order.supplier] += 1
            invoice = invoices.invoice(self.seed, order, day, numbers[order.supplier])
            if invoice:
                yield from invoices.story(order, invoice)


class Agenda:
    """What the world will say, in order of time, from `start` on."""

    def __init__(self, world: World, start: datetime) -> None:
        self._world = world
        self._start = start.timestamp()
        self._hours: dict[int, list[Signal]] = defaultdict(list)
        self._next = max(world.first, (start - LONGEST_STORY).date())

    def until(self, end: datetime) -> list[Signal]:
        """Everything not yet taken that is said before `end`, oldest first."""
        # Stories of the Central day begin up to some hours after UTC's midnight; one day ahead is always enough.
        while self._next <= end.date() + ONE_DAY:
            self._read(self._next)
            self._next += ONE_DAY
        limit = end.timestamp()
        taken: list[Signal] = []
        for hour in sorted(h for h in self._hours if h * 3600 < limit):
            said = self._hours.pop(hour)
            taken += [s for s in said if s.at < limit]
            later = [s for s in said if s.at >= limit]
            if later:
                self._hours[hour] = later
        taken.sort(key=lambda s: s.at)
        return taken

    def _read(self, day: date) -> None:
        for signal in self._world.stories(day):
            if signal.at >= self._start:
                self._hours[int(signal.at // 3600)].append(signal)
