"""How one generation follows another: its views start, the back-fill covers what was before, readers switch, the old one goes.

Every step is on record, so that a kill between any two is made good by calling `advance` again. Intake never stops.
A view of the new generation takes every row inserted from its creation on, whatever its sequence: what is replayed from a
journal or drained from a spool late is covered by the view, what lay there before it by the back-fill, and rows that both
cover are equal and collapse. INSERTs that began before the view existed are waited for before the cut is taken.
"""

from __future__ import annotations

import dataclasses
import time
from datetime import UTC, datetime

import structlog

from domain.configuration import Configuration
from store import backfill, base_views, retired
from store.generations import Fingerprints, Generation, State, active_number, fingerprints, generations, newest, record
from store.query import Query
from store.store import Store
from store.view_definitions import render_ruled

_log = structlog.get_logger(__name__)
_EXISTS = Query(
    "generations/exists", "SELECT count() FROM system.tables WHERE database = currentDatabase() AND name = 'generations'"
)
_RUNNING = Query.beside(__file__, "running_inserts.sql")
# In `waiting_for` of an active generation: rows and views of others are still there.
_OTHERS = ("others dropped",)
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def begin(store: Store, configuration: Configuration) -> list[str]:
    """Bring the views to `configuration`; when rules changed, put the next generation on its way. Returns the statements run.

    Idempotent. The rows of a generation that was still being filled are dropped: nobody has seen them.
    """
    wanted = fingerprints(configuration)
    known = generations(store)
    current = newest(known)
    if current is not None and current.shape != wanted.shape:
        known = _abandon_unfinished(store, known)
        current = newest(known)
    if current is not None and current.shape == wanted.shape:
        return _keep(store, configuration, current, wanted)
    number = max((g.number for g in known), default=0) + 1
    started = Generation(number, State.PREPARING, wanted.rules, wanted.shape, wanted.keys, 0, (), 0, _NEVER)
    if not known and backfill.cut_of(store) == 0:
        return _first(store, configuration, started)
    # On record before any view changes: from now on collectors with other rules refuse.
    started = record(store, started)
    statements = base_views.apply(store, configuration)
    record(store, dataclasses.replace(started, waiting_for=_running(store)))
    _log.info("generation begun", number=number, rules=wanted.rules)
    return [*statements, *_statements(configuration, number)]


def advance(store: Store, configuration: Configuration) -> bool:
    """Take the next step of the newest generation; whether there is more to do now. Only one caller at a time."""
    known = generations(store)
    current = newest(known)
    if current is None or current.state is State.ACTIVE:
        if current is not None and current.waiting_for and retired.drop_others(store, current.number):
            record(store, dataclasses.replace(current, waiting_for=()))
        return False
    if set(current.waiting_for) & set(_running(store)):
        time.sleep(0.02)
        return True
    match current.state:
        case State.PREPARING:
            for statement in _statements(configuration, current.number):
                store.command(statement)
            record(store, dataclasses.replace(current, state=State.COVERING, waiting_for=_running(store)))
        case State.COVERING:
            filling = dataclasses.replace(current, state=State.FILLING, cut=backfill.cut_of(store), waiting_for=())
            pieces = backfill.plan(store, filling)
            record(store, filling)
            _log.info("generation fills", number=current.number, cut=filling.cut, pieces=len(pieces))
        case _:
            stored_keys = all(g.keys == current.keys for g in known)
            if not backfill.run_next(store, configuration, current, stored_keys):
                _switch(store, current)
    return True


def planned(store: Store, configuration: Configuration, *, blank: bool) -> list[str]:
    """The statements `begin` and `advance` would run; `blank`: on a store without tables. Changes nothing."""
    statements = list(base_views.changes(store, configuration, blank=blank).values())
    known = generations(store) if store.value(_EXISTS) else ()
    current = newest(known)
    if current is None or current.shape != fingerprints(configuration).shape:
        statements += _statements(configuration, max((g.number for g in known), default=0) + 1)
    return statements


def _keep(store: Store, configuration: Configuration, current: Generation, wanted: Fingerprints) -> list[str]:
    """Rules are as they were; other views may not be."""
    if current.rules != wanted.rules:
        current = record(store, dataclasses.replace(current, rules=wanted.rules))
    statements = base_views.apply(store, configuration)
    if current.state is State.PREPARING:
        record(store, dataclasses.replace(current, waiting_for=_running(store)))
    return statements


def _abandon_unfinished(store: Store, known: tuple[Generation, ...]) -> tuple[Generation, ...]:
    """Give up generations that readers have not seen; returns what is on record then."""
    unfinished = [g for g in known if g.state not in (State.ACTIVE, State.ABANDONED) and g.number > active_number(store)]
    for generation in unfinished:
        record(store, dataclasses.replace(generation, state=State.ABANDONED, waiting_for=()))
        retired.drop(store, generation.number)
    return generations(store) if unfinished else known


def _first(store: Store, configuration: Configuration, first: Generation) -> list[str]:
    """On an empty store there is nothing to fill and nobody to wait for."""
    statements = base_views.apply(store, configuration)
    for statement in _statements(configuration, first.number):
        store.command(statement)
    store.insert("active_generation", [{"number": first.number}])
    record(store, dataclasses.replace(first, state=State.ACTIVE))
    return [*statements, *_statements(configuration, first.number)]


def _statements(configuration: Configuration, number: int) -> list[str]:
    rendered = render_ruled(configuration, number).values()
    return [sql.replace("CREATE MATERIALIZED VIEW ", "CREATE MATERIALIZED VIEW IF NOT EXISTS ", 1) for sql in rendered]


def _switch(store: Store, filled: Generation) -> None:
    """One row: a query sees the old generation or the new one."""
    store.insert("active_generation", [{"number": filled.number}])
    record(store, dataclasses.replace(filled, state=State.ACTIVE, waiting_for=_OTHERS))
    _log.info("generation active", number=filled.number, rules=filled.rules)


def _running(store: Store) -> tuple[str, ...]:
    """INSERTs the engine is busy with, by query id."""
    return tuple(row["query_id"] for row in store.records(_RUNNING))
