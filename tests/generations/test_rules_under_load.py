"""Rules changed under load: milestones and failures equal those of a store built from scratch with the final rules."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from collector.collector import Collector
from collector.refusals import Refused
from domain.configuration import Configuration
from store import backfill, succession
from store.engine import Location
from store.generations import State, active_number, generations, newest
from store.migrate import migrate
from store.store import Store
from tests.conftest import NOW
from tests.generations.evidence import bodies, reports, rules, seen_by_readers, send, send_all
from tests.helpers.running_engine import running_engine
from tests.support.databases import Databases

Message = tuple[str, bytes]


@contextmanager
def collecting(store: Store, configuration: Configuration) -> Iterator[Collector]:
    collector = Collector(store, configuration, clock=lambda: NOW)
    collector.start()
    try:
        yield collector
    finally:
        collector.stop()


def from_scratch(databases: Databases, version: int, messages: Sequence[Message]) -> dict[str, Sequence[tuple[object, ...]]]:
    """What readers of an empty store see that knew no other rules than these."""
    store = databases.take(rules(version))
    try:
        with collecting(store, rules(version)) as collector:
            send_all(collector, messages)
        return seen_by_readers(store)
    finally:
        databases.give_back(store, rules(version))


def change_rules(store: Store, configuration: Configuration) -> None:
    """What the scheduler role does, without anybody stopping."""
    succession.begin(store, configuration)
    while succession.advance(store, configuration):
        pass


def persistently(collector: Collector, signal: str, body: bytes) -> int:
    """Send until taken, as a client does; how often it was refused for other rules."""
    refusals = 0
    while True:
        try:
            send(collector, signal, body)
        except Refused as refused:
            assert (refused.status, refused.reason) == (503, "other_rules")
            refusals += 1
            time.sleep(0.05)
        else:
            return refusals


def under_load(collectors: Sequence[Collector], messages: Sequence[Message], meanwhile: Sequence[object]) -> int:
    """Clients send everything while each of `meanwhile` is called once, spread over the load; refusals met."""
    refusals: list[int] = []
    sent = threading.Semaphore(0)

    def client(number: int) -> None:
        for signal, body in messages[number::4]:
            refusals.append(persistently(collectors[number % len(collectors)], signal, body))
            sent.release()

    threads = [threading.Thread(target=client, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for change in meanwhile:
        for _ in range(len(messages) // (len(meanwhile) + 1)):
            sent.acquire()
        change()  # type: ignore[operator]
    for thread in threads:
        thread.join()
    return sum(refusals)


@pytest.fixture
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """A back-fill of many pieces, though there is little to fill."""
    monkeypatch.setattr(backfill, "_ROWS_OF_A_PIECE", 100)


@pytest.mark.usefixtures("small_pieces")
def test_rules_changed_under_load(store: Store, databases: Databases) -> None:
    messages = [*(("traces", body) for body in bodies(1, 24, spans=25)), *reports(1, 5)]
    with collecting(store, rules(1)) as collector:

        def change(version: int) -> None:
            collector.agreement.expect(rules(version), changing=True)
            change_rules(store, rules(version))
            collector.reconfigure(rules(version), ())

        refused = under_load([collector], messages, [lambda: change(2), lambda: change(3)])
    assert refused == 0  # one process changes its rules without a moment's refusal
    assert active_number(store) == 3
    seen = seen_by_readers(store)
    assert seen == from_scratch(databases, 3, messages)
    assert all(len(rows) > 50 for rows in seen.values())


@pytest.mark.usefixtures("small_pieces", "real_store")
def test_two_collectors_of_one_server(tmp_path: Path, databases: Databases) -> None:
    """One learns of the new rules late: it refuses meanwhile, and its clients' data arrives all the same."""
    messages = [*(("traces", body) for body in bodies(2, 28)), *reports(2, 3)]
    with running_engine(tmp_path / "data") as port:
        stores = [Store(Location(host="127.0.0.1", port=port)) for _ in range(3)]
        migrate(stores[0], rules(1))
        with collecting(stores[1], rules(1)) as first, collecting(stores[2], rules(1)) as second:

            def change() -> None:
                change_rules(stores[0], rules(2))
                first.reconfigure(rules(2), ())
                time.sleep(1.2)
                second.reconfigure(rules(2), ())

            refused = under_load([first, second], messages, [change])
        assert refused > 0
        seen = seen_by_readers(stores[0])
        assert seen == from_scratch(databases, 2, messages)
        for store in stores:
            store.close()


@pytest.mark.usefixtures("small_pieces")
def test_a_batch_of_before_the_change_that_lands_after_it_is_covered(store: Store, databases: Databases) -> None:
    """Replayed from a journal or drained from a spool: its sequence is below the cut, its rows are not missed."""
    early, late = bodies(3, 20), bodies(4, 20)
    with collecting(store, rules(1)) as collector:
        send_all(collector, [("traces", body) for body in early])
    with collecting(store, rules(1)) as collector:
        collector.sequence._clock = lambda: 1_000_000_000  # type: ignore[method-assign]
        collector.sequence._last = 0
        collector.agreement.expect(rules(2), changing=True)
        succession.begin(store, rules(2))
        send_all(collector, [("traces", body) for body in late[:10]])
        while succession.advance(store, rules(2)):
            pass
        send_all(collector, [("traces", body) for body in late[10:]])
    assert seen_by_readers(store) == from_scratch(databases, 2, [("traces", body) for body in (*early, *late)])


def test_rules_that_come_back_abandon_what_was_begun(store: Store) -> None:
    with collecting(store, rules(1)) as collector:
        send(collector, "traces", bodies(5, 1)[0])
    before = seen_by_readers(store)
    succession.begin(store, rules(2))
    for _ in range(3):
        succession.advance(store, rules(2))
    assert active_number(store) == 1
    change_rules(store, rules(1))
    assert [g.state for g in generations(store)] == [State.ACTIVE, State.ABANDONED]
    current = newest(generations(store))
    assert current is not None
    assert current.number == 1
    assert seen_by_readers(store) == before


def test_a_collector_with_other_rules_refuses_until_they_agree(store: Store) -> None:
    with collecting(store, rules(2)) as collector:
        with pytest.raises(Refused) as refused:
            send(collector, "traces", bodies(6, 1)[0])
        message = refused.value.message
        current = newest(generations(store))
        assert current is not None
        assert refused.value.retry_after is not None
        assert current.rules in message
        assert collector.agreement.rules in message
        assert "supplyscope reload" in message
        change_rules(store, rules(2))
        persistently(collector, "traces", bodies(6, 1)[0])
