"""The peer of `bench flows`: the same outputs from the same milestones with vectorised pandas and numpy, in memory already."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Outputs:
    """Per instance in key order: microseconds from start to completion, wall and business, -1 where open. By stage, variant, party."""

    keys: pd.Index
    wall: Array
    business: Array
    quantiles: dict[int, tuple[float, float]]
    variants: dict[tuple[int, ...], int]
    parties: dict[str, tuple[float, float, float]]


def compute(frame: pd.DataFrame, steps: list[str], parties: list[str], opened: Array, closed: Array, before: Array) -> Outputs:
    """`frame` has key, milestone (categorical by `steps`) and time (int64 microseconds). The last step completes."""
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
    return Outputs(
        keys,
        np.where(complete, wall.sum(axis=1), -1),
        np.where(complete, business.sum(axis=1), -1),
        _quantiles(reached, has, n),
        _variants(code, step, time, complete, len(keys)),
        {
            party: tuple(float(x) / 1e6 for x in (wall[complete][:, mine].sum(), business[complete][:, mine].sum(), wall[~complete][:, mine].sum()))
            for party in dict.fromkeys(parties)
            for mine in [[i for i, p in enumerate(parties) if p == party]]
        },  # type: ignore[arg-type]
    )  # fmt: skip


def _quantiles(reached: Array, has: Array, n: int) -> dict[int, tuple[float, float]]:
    found = {}
    for to in range(1, n):
        both = has[:, to - 1] & has[:, to]
        low, high = np.quantile((reached[both, to] - reached[both, to - 1]) / 1e6, [0.5, 0.9])
        found[to + 1] = (float(low), float(high))
    return found


def _variants(code: Array, step: Array, time: Array, complete: Array, n: int) -> dict[tuple[int, ...], int]:
    """Paths as numbers of base 8, one digit a report in the order of time."""
    order = np.lexsort((step, time, code))
    code, step = code[order], step[order].astype(np.int64) + 1
    begins = np.flatnonzero(np.diff(code, prepend=-1))
    position = np.arange(len(code)) - np.repeat(begins, np.diff(begins, append=len(code)))
    paths = np.zeros(n, dtype=np.int64)
    paths[code[begins]] = np.add.reduceat(step << (3 * position), begins)
    counted = pd.Series(paths[complete]).value_counts()
    return {_digits(int(path)): int(count) for path, count in counted.items()}  # type: ignore[call-overload]


def _digits(path: int) -> tuple[int, ...]:
    digits = []
    while path:
        digits.append(path & 7)
        path >>= 3
    return tuple(digits)
