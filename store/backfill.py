"""The back-fill of a generation: rows older than its cut, in pieces of time, each run once (again only after a kill)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.configuration import Configuration
from store.generations import LOOK_UP, Generation
from store.query import Query
from store.store import Store
from store.view_definitions import ALL_ATTRIBUTES, RULED, key_expressions, render, render_fill, ruled_name

_CUT = Query.beside(__file__, "backfill_cut.sql")
_ROWS = Query.beside(__file__, "backfill_rows.sql")
_SIZES = Query.beside(__file__, "backfill_sizes.sql")
_NEXT = Query.beside(__file__, "backfill_next.sql")
_COLUMNS = Query.beside(__file__, "view_columns.sql")
_ROWS_OF_A_PIECE = 500_000
# The column that tells a source's rows apart by time; spans lie in its order.
_TIMES = {"spans": "bucket", "batch_rejects": "received", "failure_reports": "received"}
_SETTINGS = "max_threads = 1, max_insert_threads = 1, max_memory_usage = 2000000000, max_execution_time = 240"


@dataclass(frozen=True, slots=True)
class Piece:
    """Rows of `source` from `first` to before `until`, `rows` of them when counted."""

    source: str
    first: datetime
    until: datetime
    rows: int


@dataclass(frozen=True, slots=True)
class _Size:
    source: str
    at: datetime
    rows: int


def is_small(store: Store) -> bool:
    """Whether a back-fill of everything takes no more than a few seconds."""
    return int(store.value(_ROWS) or 0) <= _ROWS_OF_A_PIECE


def cut_of(store: Store) -> int:
    """A sequence above every row stored so far; 0 when nothing is stored that rules read."""
    return int(store.value(_CUT) or 0)


def plan(store: Store, generation: Generation) -> tuple[Piece, ...]:
    """Record what the back-fill of `generation` consists of; returns its pieces."""
    pieces: list[Piece] = []
    for size in store.rows(_SIZES, _Size, cut=generation.cut):
        last = pieces[-1] if pieces else None
        until = size.at + timedelta(minutes=5)
        if last and last.source == size.source and last.rows + size.rows <= _ROWS_OF_A_PIECE:
            pieces[-1] = Piece(last.source, last.first, until, last.rows + size.rows)
        else:
            pieces.append(Piece(size.source, size.at, until, size.rows))
    store.insert("generation_pieces", [_row(generation, piece, done=False) for piece in pieces])
    return tuple(pieces)


def run_next(store: Store, configuration: Configuration, generation: Generation, stored_keys: bool) -> bool:
    """Run one piece; False when none is left.

    `stored_keys` False: what is a key has changed. Key columns are read again from the spans' attributes then, and the look-up of
    business keys is filled from them; rows it has already collapse with equal ones.
    """
    pieces = store.rows(_NEXT, Piece, number=generation.number)
    if not pieces:
        return False
    for name in (n for n, source in RULED.items() if source == pieces[0].source):
        store.command(_fill(store, configuration, generation, name, pieces[0], stored_keys))
    if pieces[0].source == "spans" and not stored_keys:
        store.command(_fill_look_up(store, configuration, generation, pieces[0]))
    store.insert("generation_pieces", [_row(generation, pieces[0], done=True)])
    return True


def _fill(store: Store, configuration: Configuration, generation: Generation, name: str, piece: Piece, stored_keys: bool) -> str:
    """Whole numbers only are written into the text: parameters would be looked for in the rules' own literals."""
    view = ruled_name(name, generation.number)
    columns = ", ".join(row["name"] for row in store.records(_COLUMNS, view=view))
    target = name.split("_from_", 1)[0]
    select = render_fill(name, configuration, generation.number, _source(configuration, generation, piece, stored_keys))
    return f"INSERT INTO {target} ({columns}) SETTINGS {_SETTINGS}\n{select}"


def _fill_look_up(store: Store, configuration: Configuration, generation: Generation, piece: Piece) -> str:
    columns = ", ".join(row["name"] for row in store.records(_COLUMNS, view=LOOK_UP))
    select = render(configuration)[LOOK_UP].split(" AS\n", 1)[1]
    assert select.count("\nFROM spans\n") == 1, f"{LOOK_UP} reads spans once"
    source = _source(configuration, generation, piece, stored_keys=False)
    return f"INSERT INTO business_keys ({columns}) SETTINGS {_SETTINGS}\n" + select.replace(
        "\nFROM spans\n", f"\nFROM {source} AS spans\n"
    )


def _source(configuration: Configuration, generation: Generation, piece: Piece, stored_keys: bool) -> str:
    replaced = ""
    if piece.source == "spans" and not stored_keys:
        expressions = key_expressions(configuration, ALL_ATTRIBUTES)
        replaced = " REPLACE (" + ", ".join(f"{sql} AS {column}" for column, sql in expressions.items()) + ")"
    time = _TIMES[piece.source]
    first, until = (f"toDateTime({int(at.timestamp())}, 'UTC')" for at in (piece.first, piece.until))
    where = f"{time} >= {first} AND {time} < {until} AND sequence < {generation.cut}"
    return f"(SELECT *{replaced} FROM {piece.source} WHERE {where})"  # noqa: S608 - names and numbers of our own, quoted literals


def _row(generation: Generation, piece: Piece, *, done: bool) -> dict[str, object]:
    return {
        "number": generation.number, "source": piece.source, "first": piece.first, "until": piece.until,
        "rows": piece.rows, "done": int(done),
    }  # fmt: skip
