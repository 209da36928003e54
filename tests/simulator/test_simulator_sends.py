"""The simulator against a running collector: what arrives is what was said, and the truth agrees with what is found by SQL."""

from __future__ import annotations

import contextlib
import json
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from simulator import backfill, live, state
from simulator.emit import Refused, Sender, Stopped
from simulator.signals import Event, QueueSample, Signal, Trace
from simulator.state import State, StateError
from simulator.world import Agenda, World
from store.query import Query
from store.store import Store
from tests.simulator.conftest import FIRST, SMALL, utc

START, NOW = utc(2026, 9, 28), utc(2026, 9, 30, 22)


@pytest.fixture
def stop() -> threading.Event:
    return threading.Event()


@pytest.fixture
def sender(url: str, stop: threading.Event) -> Iterator[Sender]:
    opened = Sender(url, url, None, stop, patience=5)
    yield opened
    opened.close()


def _tell(sender: Sender, world: World, folder: Path, told: State, until: datetime = NOW) -> tuple[State, Agenda]:
    return backfill.tell(sender, world, told, folder / "state", folder / "truth", lambda: until, Console(quiet=True))


def _count(store: Store, sql: str) -> Any:
    return store.value(Query("count", sql))


def _beginning() -> State:
    return State(7, SMALL, FIRST, START)


def _said() -> list[Signal]:
    return Agenda(World(7, FIRST, SMALL), START).until(NOW)


def test_everything_said_arrives(sender: Sender, store: Store, small_world: World, tmp_path: Path) -> None:
    _tell(sender, small_world, tmp_path, _beginning())
    said = _said()
    kinds = Counter(s.kind for s in said if isinstance(s, Event))
    assert _count(store, "SELECT count() FROM spans") == sum(len(s.spans) for s in said if isinstance(s, Trace)) == sender.spans
    assert _count(store, "SELECT count() FROM po_lines FINAL") == kinds["po_line"]
    assert _count(store, "SELECT count() FROM invoices FINAL") == kinds["invoice_line"]
    assert _count(store, "SELECT count() FROM contract_prices FINAL") == kinds["contract_price"]
    assert _count(store, "SELECT count() FROM queue_samples FINAL") == sum(isinstance(s, QueueSample) for s in said)
    assert _count(store, "SELECT uniqExact(trace_id) FROM spans") == sum(isinstance(s, Trace) for s in said)


def test_the_truth_agrees_with_the_failures_found(sender: Sender, store: Store, small_world: World, tmp_path: Path) -> None:
    _tell(sender, small_world, tmp_path, _beginning())
    truth = [json.loads(line) for line in (tmp_path / "truth").read_text().splitlines()]
    broken = Counter((f["class"], f["interface"]) for f in truth if f["kind"] == "failure")
    found = store.records(Query("found", "SELECT failure_class, interface_id, count() AS n FROM failures FINAL GROUP BY ALL"))
    assert {(r["failure_class"], r["interface_id"]): r["n"] for r in found} == dict(broken)
    assert sum(broken.values()) > 10


def test_mapping_gaps_are_found_with_contract_item_and_facility(
    sender: Sender, store: Store, small_world: World, tmp_path: Path
) -> None:
    _tell(sender, small_world, tmp_path, _beginning())
    truth = [json.loads(line) for line in (tmp_path / "truth").read_text().splitlines()]
    gaps = {
        (f["contract"], f["item"], f["facility"]) for f in truth if f.get("class") == "item_mapping_missing" and "contract" in f
    }
    sql = "SELECT contract_id, object, facility_id FROM failures FINAL WHERE failure_class = 'item_mapping_missing' AND contract_id != ''"
    assert {(r["contract_id"], r["object"], r["facility_id"]) for r in store.records(Query("gaps", sql))} == gaps


def test_a_second_run_fills_only_the_gap(sender: Sender, store: Store, small_world: World, tmp_path: Path) -> None:
    _tell(sender, small_world, tmp_path, _beginning(), utc(2026, 9, 29, 9, 30))
    told = state.load(tmp_path / "state", 7, SMALL)
    assert told is not None and told.told_until == utc(2026, 9, 29, 9, 30)
    _tell(sender, World(7, FIRST, SMALL), tmp_path, told)
    assert _count(store, "SELECT count() FROM spans") == sum(len(s.spans) for s in _said() if isinstance(s, Trace))


def test_a_window_told_again_counts_once(sender: Sender, store: Store, small_world: World, tmp_path: Path) -> None:
    _tell(sender, small_world, tmp_path, _beginning(), utc(2026, 9, 29))
    once = _count(store, "SELECT count() FROM spans")
    _tell(sender, World(7, FIRST, SMALL), tmp_path, _beginning(), utc(2026, 9, 29))
    assert _count(store, "SELECT count() FROM spans") == once
    assert _count(store, "SELECT count() FROM po_lines FINAL") == sum(
        isinstance(s, Event) and s.kind == "po_line" for s in Agenda(World(7, FIRST, SMALL), START).until(utc(2026, 9, 29))
    )  # fmt: skip


def test_live_traffic_flows_until_stopped(
    sender: Sender, store: Store, small_world: World, tmp_path: Path, stop: threading.Event
) -> None:
    begun = backfill.now()
    told = State(7, SMALL, begun.date(), begun, begun)
    world = World(7, begun.date(), SMALL)
    threading.Thread(target=_stop_when_told, args=(tmp_path / "state", begun, stop), daemon=True).start()
    with contextlib.suppress(Stopped):
        live.run(sender, world, told, Agenda(world, begun), (tmp_path / "state", tmp_path / "truth"), backfill.now, stop)
    assert _count(store, "SELECT count() FROM spans") > 0
    left = state.load(tmp_path / "state", 7, SMALL)
    assert left is not None and left.told_until > begun


def _stop_when_told(state_file: Path, begun: datetime, stop: threading.Event) -> None:
    """Once everything of the first four seconds is acknowledged."""
    while not stop.wait(0.05):
        told = state.load(state_file, 7, SMALL)
        if told is not None and told.told_until > begun + timedelta(seconds=4):
            stop.set()


def test_quick_stories_are_the_same_second_by_second(small_world: World) -> None:
    small_world.prices.read_until(FIRST)
    second = 1790600000
    assert live.quick_stories(small_world, second) == live.quick_stories(small_world, second)
    assert second % live.CONTRACT_EVERY == 0
    assert any("contract.id" in s.spans[0].attributes for s in live.quick_stories(small_world, second) if isinstance(s, Trace))


def test_an_absent_server_is_named_after_a_while(stop: threading.Event, small_world: World) -> None:
    lost = Sender("http://127.0.0.1:9", "http://127.0.0.1:9", None, stop, patience=0.3, timeout=0.3)
    lost.say(Agenda(small_world, START).until(utc(2026, 9, 28, 1)))
    with pytest.raises(Refused, match="the server took nothing for"):
        lost.flush()
    lost.close()


def test_stopping_does_not_wait_for_an_absent_server(stop: threading.Event, small_world: World) -> None:
    lost = Sender("http://127.0.0.1:9", "http://127.0.0.1:9", None, stop, patience=None, timeout=1)
    lost.say(Agenda(small_world, START).until(utc(2026, 9, 28, 1)))
    threading.Timer(0.2, stop.set).start()
    with pytest.raises(Stopped):
        lost.flush()
    lost.close()


def test_a_state_of_another_seed_is_refused_with_the_way_out(tmp_path: Path) -> None:
    state.save(tmp_path / "state", _beginning())
    with pytest.raises(StateError, match=r"written with --seed 7 --scale 0\.03"):
        state.load(tmp_path / "state", 8, SMALL)


def test_a_spoiled_state_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("{")
    with pytest.raises(StateError, match="is not a simulator state file"):
        state.load(tmp_path / "state", 7, SMALL)


def test_state_survives_a_round_trip(tmp_path: Path) -> None:
    told = State(7, SMALL, FIRST, NOW, START)
    state.save(tmp_path / "state", told)
    assert state.load(tmp_path / "state", 7, SMALL) == told
