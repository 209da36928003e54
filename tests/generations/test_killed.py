"""A process killed while it fills a generation: the next one goes on where it was, and the result is the same."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from store import retired, succession
from store.query import Query
from store.store import Store
from tests.generations.evidence import MESSAGES, rules, seen_by_readers, send_all
from tests.generations.test_rules_under_load import change_rules, collecting, from_scratch
from tests.support.databases import Databases
from tests.support.processes import ROOT


def _run(step: str, folder: Path) -> subprocess.Popen[str]:
    """The engine's folder belongs to one process at a time, so each step is one."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.generations.steps", step, str(folder)], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )


@pytest.mark.usefixtures("real_store")
def test_a_back_fill_that_was_killed_goes_on(tmp_path: Path, databases: Databases) -> None:
    sender = _run("send", tmp_path)
    sender.communicate(timeout=120)
    assert sender.returncode == 0
    filler = _run("fill", tmp_path)
    assert filler.stdout is not None
    for line in filler.stdout:
        if line.startswith("filling") and int(line.split()[1]) >= 2:
            break
    filler.kill()
    filler.wait()
    filler.stdout.close()
    reader = _run("read", tmp_path)
    told = json.loads(reader.communicate(timeout=120)[0].splitlines()[-1])
    assert told["active_before"] == 1
    assert 2 <= told["pieces_before"] < told["pieces"] == told["pieces_done"]
    assert (told["active"], told["states"]) == (2, ["active", "active"])
    scratch = from_scratch(databases, 2, MESSAGES)
    assert told["seen"] == json.loads(json.dumps(scratch))


def test_old_generations_go_once_nobody_can_read_them(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    with collecting(store, rules(1)) as collector:
        send_all(collector, MESSAGES)
    change_rules(store, rules(2))
    before = seen_by_readers(store)
    assert (_views(store), _partitions(store)) == ({1, 2}, {1, 2})
    monkeypatch.setattr(retired, "_READERS_GONE", timedelta())
    assert not succession.advance(store, rules(2))
    assert (_views(store), _partitions(store)) == ({2}, {2})
    assert seen_by_readers(store) == before


def _views(store: Store) -> set[int]:
    query = "SELECT DISTINCT toUInt32(extract(name, '_([0-9]+)$')) AS n FROM system.tables WHERE database = currentDatabase() AND name LIKE '%\\_from\\_%' AND match(name, '[0-9]$')"
    return {row["n"] for row in store.records(Query("test/views", query))}


def _partitions(store: Store) -> set[int]:
    query = "SELECT DISTINCT generation FROM milestones UNION DISTINCT SELECT DISTINCT generation FROM failures"
    return {row["generation"] for row in store.records(Query("test/partitions", query))}
