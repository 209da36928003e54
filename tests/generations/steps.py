"""Steps of a test, each in a process of its own on one embedded store: python -m tests.generations.steps STEP FOLDER."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from store import backfill, succession
from store.engine import Location
from store.generations import active_number, generations, newest, progress
from store.migrate import migrate
from store.store import Store
from tests.generations.evidence import MESSAGES, rules, seen_by_readers, send_all
from tests.generations.test_rules_under_load import collecting


def send(store: Store) -> None:
    """Everything, under the first rules."""
    migrate(store, rules(1))
    with collecting(store, rules(1)) as collector:
        send_all(collector, MESSAGES)


def fill(store: Store) -> None:
    """A piece at a time with pauses, so that a kill finds it in the middle; tells the state and how many pieces are done."""
    backfill._ROWS_OF_A_PIECE = 60
    succession.begin(store, rules(2))
    while succession.advance(store, rules(2)):
        current = newest(generations(store))
        assert current is not None
        _tell(f"{current.state.value} {progress(store, current.number).pieces_done}")
        time.sleep(0.1)


def read(store: Store) -> None:
    """Start again under the second rules; tells what was found, what was done and what readers see."""
    before, active = progress(store, 2), active_number(store)
    migrate(store, rules(2))
    after = progress(store, 2)
    told = {
        "pieces_before": before.pieces_done, "active_before": active, "pieces": after.pieces, "pieces_done": after.pieces_done,
        "active": active_number(store), "states": [g.state.value for g in generations(store)], "seen": seen_by_readers(store),
    }  # fmt: skip
    _tell(json.dumps(told))


def _tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    opened = Store(Location(path=str(Path(sys.argv[2]) / "clickhouse")))
    {"send": send, "fill": fill, "read": read}[sys.argv[1]](opened)
    opened.close()
