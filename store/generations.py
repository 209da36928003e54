"""Generations: what is on record of each, and which one readers see (ADR 0016).

Rows that rules made of spans, rejects and reports carry the number of their generation. One process, that with the scheduler
role, writes these records; the others read them.
"""

from __future__ import annotations

import dataclasses
import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.configuration import Configuration
from store.query import Query
from store.store import Store
from store.view_definitions import key_expressions, render, render_ruled

# The view of business keys: filled by no rule, but what is a key is configured, and old spans must be found by it too.
LOOK_UP = "business_keys_from_spans"
_ALL = Query.beside(__file__, "generations.sql")
_ACTIVE = Query("generations/active", "SELECT max(number) FROM active_generation")
_PROGRESS = Query.beside(__file__, "generation_progress.sql")


class State(StrEnum):
    """What a generation is busy with. Readers see an active one only; an abandoned one never became active."""

    PREPARING = "preparing"
    COVERING = "covering"
    FILLING = "filling"
    ACTIVE = "active"
    ABANDONED = "abandoned"


@dataclass(frozen=True, slots=True)
class Fingerprints:
    """Twelve hex digits each. `rules`: all views, what collectors must agree with; `shape`: the views of rules and of keys, what a
    generation is made for; `keys`: what is a key of a span, and of which type.
    """

    rules: str
    shape: str
    keys: str


@dataclass(frozen=True, slots=True)
class Generation:
    """`cut`: rows with a lower sequence are the back-fill's. `waiting_for`: INSERTs that must end before the next state."""

    number: int
    state: State
    rules: str
    shape: str
    keys: str
    cut: int
    waiting_for: tuple[str, ...]
    revision: int
    recorded: datetime


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the back-fill of generation `number` is: rows it reads, by pieces of time."""

    number: int
    pieces: int
    pieces_done: int
    rows: int
    rows_done: int


def fingerprints(configuration: Configuration) -> Fingerprints:
    """What the views under `configuration` are recognised by."""
    views = render(configuration)
    keys = {**key_expressions(configuration, "attributes"), LOOK_UP: views[LOOK_UP]}
    shape = {**render_ruled(configuration, 0), **keys}
    return Fingerprints(_digest({**views, **shape}), _digest(shape), _digest(keys))


def generations(store: Store) -> tuple[Generation, ...]:
    """Every generation on record, oldest first."""
    return tuple(dataclasses.replace(row, state=State(row.state)) for row in store.rows(_ALL, Generation))


def newest(known: tuple[Generation, ...]) -> Generation | None:
    """The one collectors must agree with: the last that was not abandoned; None before the first."""
    return next((g for g in reversed(known) if g.state is not State.ABANDONED), None)


def active_number(store: Store) -> int:
    """The generation readers see; 0 before the first."""
    return int(store.value(_ACTIVE) or 0)


def progress(store: Store, number: int) -> Progress:
    """Of a generation's back-fill; all zero when it had nothing to do."""
    row = store.rows(_PROGRESS, Progress, number=number)
    return row[0] if row else Progress(number, 0, 0, 0, 0)


def record(store: Store, generation: Generation) -> Generation:
    """Put `generation` on record in place of what was there; returns it as recorded."""
    revised = dataclasses.replace(generation, revision=generation.revision + 1)
    row = dataclasses.asdict(revised)
    row |= {"state": revised.state.value, "waiting_for": list(revised.waiting_for)}
    del row["recorded"]
    store.insert("generations", [row])
    return revised


def _digest(parts: dict[str, str]) -> str:
    return hashlib.sha256("\0".join(f"{name}\0{sql}" for name, sql in sorted(parts.items())).encode()).hexdigest()[:12]
