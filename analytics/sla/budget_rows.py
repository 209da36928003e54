"""Answers about error budgets. Shares are 0 … 1; a burn rate of 1 spends the budget exactly over the window; None means no data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from analytics.sla.rows import SlaState


@dataclass(frozen=True, slots=True)
class Tier:
    """One burn-rate tier now. burns are over the long and the short window; `frozen`: it stays as it was, `firing` says how.

    bad and total: of the long window, in the SLA's own counting.
    """

    name: str
    long_seconds: int
    short_seconds: int
    threshold: float
    long_burn: float | None
    short_burn: float | None
    bad: int
    total: int
    firing: bool
    frozen: bool


@dataclass(frozen=True, slots=True)
class Budget:
    """An SLA's budget over its own window, as of now.

    good and total: events, slices, or shares of slices in parts per billion, as `budgeting` says. left: share of the budget
    not spent, negative when overspent. exhausted_in_seconds: at the pace of the last hour (else day), None when nothing
    burns. coverage: share of the window in which Supplyscope was receiving. frozen: why some judgement is left as it was, ''
    when none is. certain: nothing that can still come saves the calendar window.
    """

    sla_id: str
    name: str
    kind: str
    budgeting: str
    party: str
    target: float
    begins: datetime
    ends: datetime
    good: int
    total: int
    attained: float | None
    left: float | None
    consumed: float | None
    exhausted_in_seconds: float | None
    certain: bool
    coverage: float
    frozen: str
    state: SlaState
    tiers: tuple[Tier, ...]
    promise: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A slot of `minutes` length that a figure rests on."""

    start: datetime
    minutes: int
    good: int
    total: int
    good_slices: int
    counted_slices: int
    excluded_seconds: int
    budget_good: int
    budget_total: int


@dataclass(frozen=True, slots=True)
class Excluded:
    start: datetime
    end: datetime
    exclusion_id: str
    name: str
    party: str


@dataclass(frozen=True, slots=True)
class Why:
    """What an SLA's budget rests on: pieces that do not overlap and cover [begins, ends), exclusions in it, and the same sums
    counted again from the minute record. agrees: both are equal."""

    sla_id: str
    begins: datetime
    ends: datetime
    good: int
    total: int
    pieces: tuple[Piece, ...]
    exclusions: tuple[Excluded, ...]
    recounted_good: int
    recounted_total: int
    agrees: bool
