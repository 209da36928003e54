"""The present: the world's ordinary day goes on, and quick stories keep every figure moving."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from simulator import activation, background, invoices, orders, queues, state, truth
from simulator.contracts import Contract, Line
from simulator.emit import Sender
from simulator.network import FACILITIES, Facility, Item, any_facility, network
from simulator.orders import Order
from simulator.rhythm import HOUR, dice, local_day
from simulator.signals import Signal
from simulator.state import State
from simulator.world import Agenda, World

CONTRACT_EVERY, ORDER_EVERY, CALLS_EVERY, SAMPLES_EVERY = 20, 2, 1, 10
# A quick story is over after this many seconds.
LONGEST = 900
TICK = 0.5


def quick_stories(world: World, second: int) -> list[Signal]:
    """What begins at `second` (epoch): a function of the world's seed and the second alone."""
    said: list[Signal] = []
    chance = dice(world.seed, "live", second)
    if second % CONTRACT_EVERY == 0:
        said += activation.story(world.seed, _contract(world.seed, chance, second))
    if second % ORDER_EVERY == 0:
        said += _order(world, chance, second)
    if second % CALLS_EVERY == 0:
        said += background.call(world.seed, chance, background.any_call(chance), any_facility(chance), second + 0.9)
    if second % SAMPLES_EVERY == 0:
        said += queues.sampled(world.seed, float(second))
    return said


def unfinished(world: World, told: State) -> list[Signal]:
    """What quick stories of the last live session still had to say when it ended."""
    if told.live_since is None:
        return []
    end = told.told_until.timestamp()
    begin = max(told.live_since.timestamp(), end - LONGEST)
    return [s for second in range(int(begin), int(end)) for s in quick_stories(world, second) if s.at >= end]


def run(
    sender: Sender,
    world: World,
    told: State,
    agenda: Agenda,
    files: tuple[Path, Path],
    clock: Callable[[], datetime],
    stop: threading.Event,
) -> None:
    """Speak until `stop` is set. Stopped, Refused."""
    state_file, truth_file = files
    coming: list[Signal] = []
    second = int(told.told_until.timestamp())
    while not stop.wait(TICK):
        moment = clock()
        while second < int(moment.timestamp()):
            coming += quick_stories(world, second)
            second += 1
        due = agenda.until(moment) + [s for s in coming if s.at < moment.timestamp()]
        coming = [s for s in coming if s.at >= moment.timestamp()]
        sender.telemetry.ids.restart(world.seed, "live", moment)
        sender.say(due)
        sender.flush()
        truth.append(truth_file, due)
        told = told.advanced(moment)
        state.save(state_file, told)


def _contract(seed: int, chance: random.Random, second: int) -> Contract:
    """A small contract signed days ago whose last steps happen now; evidence of the first ones arrives late."""
    net = network(seed)
    supplier = chance.choice(net.suppliers)
    items = chance.sample(net.items_of(supplier.id), chance.choice((1, 2, 2, 3)))
    facilities = chance.sample(FACILITIES, chance.choice((1, 1, 2, 3)))
    executed = second - chance.uniform(40, 90) * HOUR
    steps = sorted(
        executed + share * (second - executed)
        for share in (chance.uniform(0.2, 0.5), chance.uniform(0.5, 0.6), chance.uniform(0.6, 0.95))
    )
    lines = tuple(_line(chance, i, f, second) for f in facilities for i in items)
    prices = {i.id: round(i.price * chance.uniform(0.88, 0.98), 2) for i in items}
    number = f"L{second:x}"
    return Contract(
        f"MS-{number}",
        f"CA-{number}",
        supplier.id,
        executed,
        executed + 48 * HOUR,
        steps[0],
        None,
        steps[1],
        None,
        steps[2],
        prices,
        lines,
    )


def _line(chance: random.Random, item: Item, facility: Facility, second: int) -> Line:
    mapped = second + chance.uniform(1, 3)
    load = mapped + chance.uniform(3, 6)
    if chance.random() < 0.12:
        loaded = load + chance.uniform(60, 420)
        return Line(item, facility, mapped, loaded, loaded + chance.uniform(4, 20), load, "item_mapping_missing")
    return Line(item, facility, mapped, load, load + chance.uniform(4, 20))


def _order(world: World, chance: random.Random, second: int) -> list[Signal]:
    """An order served from a local warehouse: through in minutes."""
    facility = any_facility(chance)
    order = orders.order_at(world.seed, chance, f"46{second:x}", facility, second + 0.5, world.prices)
    sent = order.posted + 1.5 if order.refused is None else order.sent
    quick = _hastened(chance, order, sent)
    said = orders.story(world.seed, quick)
    invoice = invoices.invoice(world.seed, quick, local_day(second), 0)
    if invoice is None:
        return said
    received = quick.received + chance.uniform(5, 60)
    matched = received + (chance.uniform(60, 240) if any(invoice.exceptions) else chance.uniform(2, 20))
    hastened = invoice._replace(
        id=f"L{second:x}", received=received, first_match=received + 1.5, matched=matched, approved=matched + chance.uniform(5, 30),
        paid=matched + chance.uniform(40, 120), duplicate=None,
    )  # fmt: skip
    return said + invoices.story(quick, hastened)


def _hastened(chance: random.Random, order: Order, sent: float) -> Order:
    acknowledged = sent + chance.uniform(4, 40)
    shipped = acknowledged + chance.uniform(20, 90)
    return order._replace(sent=sent, acknowledged=acknowledged, shipped=shipped, received=shipped + chance.uniform(30, 150))
