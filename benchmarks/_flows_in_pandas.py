"""The peer of `bench flows`: the same outputs from the same milestones with vectorised pandas and numpy, in memory already."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

Array = np.ndarray[Any, Any]


Quantiles = tuple[float, float]


@dataclass(frozen=True)
class PartyTotals:
    """Seconds of one party, over completed instances and over open ones until now; quantiles by completed instance."""

    seconds: float
    business: float
    quantiles: Quantiles
    open_seconds: float
    open_business: float


@dataclass(frozen=True)
class Outputs:
    """Per instance in key order: microseconds from start to completion, wall and business, -1 where open. By stage, variant, party.

    quantiles: median and p90 in seconds. stages by the later step, variants by path, both with how many instances.
    """

    wall: Array
    business: Array
    stages: dict[int, tuple[int, Quantiles]]
    variants: dict[tuple[int, ...], tuple[int, Quantiles]]
    parties: dict[str, PartyTotals]
    completed: int
    open: int


def compute(
    frame: pd.DataFrame, steps: list[str], parties: list[str], opened: Array, closed: Array, before: Array, now: int
) -> Outputs:
    """`frame` has key, milestone (categorical by `steps`) and time (int64 microseconds). The last step completes; `now` likewise."""
    n = len(steps)
    code, keys = pd.factorize(frame["key"], sort=True)
    step = frame["milestone"].cat.codes.to_numpy()
    time = frame["time"].to_numpy()
    firsts = pd.Series(time).groupby(code.astype(np.int64) * n + step, sort=False).min()
    reached = np.zeros(len(keys) * n, dtype=np.int64)
    reached[firsts.index.to_numpy()] = firsts.to_numpy()
    reached = reached.reshape(-1, n)

    def reading(at: Array) -> Array:
        place = np.searchsorted(opened, at, side="right") - 1
        return before[place] + np.minimum(at, closed[place]) - opened[place]

    has = reached > 0
    complete = has[:, -1]
    newest = reached.max(axis=1)
    earliest = np.where(has, reached, np.iinfo(np.int64).max).min(axis=1)
    started = np.where(has[:, 0], reached[:, 0], earliest)
    until = np.where(complete, reached[:, -1], newest)[:, None]
    start = started[:, None]
    gone = np.where(
        has, np.maximum(np.minimum(reached, until), start), np.where(complete[:, None], start, np.maximum(until, start))
    )
    passed = np.maximum.accumulate(gone, axis=1)
    wall = np.diff(np.concatenate([start, passed], axis=1), axis=1)
    business = np.diff(reading(np.concatenate([start, passed], axis=1)), axis=1)
    waits = (newest, np.argmin(has, axis=1))
    return Outputs(
        np.where(complete, wall.sum(axis=1), -1),
        np.where(complete, business.sum(axis=1), -1),
        _stages(reached, has, n),
        _variants(code, step, time, complete, until[:, 0] - started),
        _parties(parties, wall, business, complete, waits, (now, reading(np.array([now]))[0] - reading(newest))),
        int(complete.sum()),
        int((~complete).sum()),
    )


def _parties(
    parties: list[str], wall: Array, business: Array, complete: Array, waits: tuple[Array, Array], now: tuple[int, Array]
) -> dict[str, PartyTotals]:
    """What a completed instance waited for; and an open one, up to `now` for the first step it has not reached."""
    newest, waiting = waits
    found = {}
    for party in dict.fromkeys(parties):
        mine = [i for i, p in enumerate(parties) if p == party]
        own, own_business = wall[:, mine].sum(axis=1), business[:, mine].sum(axis=1)
        waited = ~complete & np.isin(waiting, mine)
        found[party] = PartyTotals(
            own[complete].sum() / 1e6,
            own_business[complete].sum() / 1e6,
            _both(own[complete] / 1e6),
            (own[~complete].sum() + (now[0] - newest[waited]).sum()) / 1e6,
            (own_business[~complete].sum() + now[1][waited].sum()) / 1e6,
        )
    return found


def _both(seconds: Array) -> Quantiles:
    low, high = np.quantile(seconds, [0.5, 0.9])
    return float(low), float(high)


def _stages(reached: Array, has: Array, n: int) -> dict[int, tuple[int, Quantiles]]:
    found = {}
    for to in range(1, n):
        both = has[:, to - 1] & has[:, to]
        found[to + 1] = (int(both.sum()), _both((reached[both, to] - reached[both, to - 1]) / 1e6))
    return found


def _variants(
    code: Array, step: Array, time: Array, complete: Array, cycle: Array
) -> dict[tuple[int, ...], tuple[int, Quantiles]]:
    """Paths as numbers of base 8, one digit a report in the order of time."""
    order = np.lexsort((step, time, code))
    code, step = code[order], step[order].astype(np.int64) + 1
    begins = np.flatnonzero(np.diff(code, prepend=-1))
    position = np.arange(len(code)) - np.repeat(begins, np.diff(begins, append=len(code)))
    paths = np.zeros(len(complete), dtype=np.int64)
    paths[code[begins]] = np.add.reduceat(step << (3 * position), begins)
    cycles = pd.Series(cycle[complete] / 1e6).groupby(paths[complete], sort=False)
    told = pd.DataFrame({"count": cycles.size(), "median": cycles.quantile(0.5), "p90": cycles.quantile(0.9)})
    return {_digits(path): (count, (median, p90)) for path, count, median, p90 in told.itertuples()}


def _digits(path: int) -> tuple[int, ...]:
    digits = []
    while path:
        digits.append(path & 7)
        path >>= 3
    return tuple(digits)
