"""Every acknowledged record ends up in the store exactly once, whatever happens between collector and engine."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from collector.collector import Collector
from collector.limits import Limits
from collector.refusals import Refused
from store.engine import Location
from store.errors import StoreUnavailable
from store.store import Store
from tests.durability.conftest import SECONDS, RemoteStore, commit_of, count, send, span, until
from tests.helpers.faults import Fault, What

Collecting = Callable[..., AbstractContextManager[Collector]]
EACH_ONCE = ("spans", "business_keys", "trace_buckets")
SAMPLE = b'[{"queue": "orders", "broker": "b", "time": "2026-11-19T15:00:00Z", "depth": %d}]'


def stored_once(store: Store, spans: int) -> None:
    """Views fill their tables one after another: wait for the last, then count."""
    until(lambda: all(count(store, table) >= spans for table in EACH_ONCE))
    until(lambda: count(store, "operations_per_minute", "sum(spans)") >= spans)
    assert {table: count(store, table) for table in EACH_ONCE} == dict.fromkeys(EACH_ONCE, spans)
    assert count(store, "operations_per_minute", "sum(spans)") == spans


FAULTS = {
    "dropped before the engine ran it": Fault(What.DROP_BEFORE, times=3),
    "dropped after the engine committed": Fault(What.DROP_AFTER, times=3),
    "too many parts": Fault(What.CODE_BEFORE, code=252, times=3),
    "memory limit after a part of it": Fault(What.CODE_AFTER, code=241, times=2),
    "time-out after it committed": Fault(What.CODE_AFTER, code=159),
    "wrong password for a while": Fault(What.CODE_BEFORE, code=516, pattern=r"otlp_traces", times=2),
    "known requests cannot be asked for": Fault(What.CODE_BEFORE, code=202, pattern="request_hashes", times=2),
    "claims cannot be written": Fault(What.DROP_AFTER, pattern="request_claims", times=2),
}


def test_a_fault_costs_nothing_and_doubles_nothing(remote: RemoteStore, collecting: Collecting) -> None:
    with collecting(remote.store()) as collector:
        for number, (name, fault) in enumerate(FAULTS.items(), 1):
            met = remote.engine.faults.met
            remote.engine.faults.plan(replace(fault))
            bodies = [span() for _ in range(3)]
            send(collector, *bodies)
            send(collector, *bodies)  # a client that was not sure
            stored_once(remote.direct, 3 * number)
            assert remote.engine.faults.met > met, name
            until(lambda: collector.kept().waiting_batches == 0)
            remote.engine.faults.clear()


def test_an_answer_that_comes_after_the_client_gave_up_counts_once(remote: RemoteStore, collecting: Collecting) -> None:
    with collecting(remote.store(answer_seconds=1)) as collector:
        remote.engine.faults.plan(Fault(What.DELAY, seconds=2.5, pattern="otlp_traces"))
        send(collector, span())
        stored_once(remote.direct, 1)


def test_refused_connections_then_a_restart_of_both(remote: RemoteStore, collecting: Collecting) -> None:
    bodies = [span() for _ in range(5)]
    with collecting(remote.store()) as collector:
        send(collector, bodies[0])
        remote.off()
        send(collector, *bodies[1:])
        collector.take_json("queues", SAMPLE % 7)[1].result(SECONDS)  # type: ignore[union-attr]
        assert collector.kept().waiting_records == 5
        assert commit_of(collector, bodies[2]) is None
        with pytest.raises(StoreUnavailable):
            remote.store()
    assert count(remote.direct) == 1
    remote.on()
    with collecting(remote.store()) as collector:
        send(collector, *bodies)
        stored_once(remote.direct, 5)
        until(lambda: count(remote.direct, "queue_samples") == 1)
        assert collector.kept().waiting_batches == 0


def test_the_same_bytes_at_two_collectors_at_once(remote: RemoteStore, collecting: Collecting) -> None:
    bodies = [span() for _ in range(8)]

    def deliver(collector: Collector) -> None:
        for body in bodies:
            while True:
                try:
                    send(collector, body)
                    break
                except Refused as refused:
                    assert refused.reason == "elsewhere"

    with collecting(remote.store(), "a") as one, collecting(remote.store(), "b") as other:
        threads = [threading.Thread(target=deliver, args=(collector,)) for collector in (one, other)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        stored_once(remote.direct, 8)


def test_a_claim_of_a_collector_that_died_is_given_up_at_its_start(remote: RemoteStore, collecting: Collecting) -> None:
    body = span()
    with collecting(remote.store(), "a") as dead:
        digest = dead._otlp._ways[_traces()]._writer._sink.keep(_request(dead, body)).digest
        dead._keeping.admission._claims.claim([digest])
    with collecting(remote.store(), "b") as other:
        with pytest.raises(Refused, match="Another collector"):
            send(other, body)
        with collecting(remote.store(), "a"):
            send(other, body)
    stored_once(remote.direct, 1)


def _traces() -> Any:
    from domain.intake import Signal

    return Signal.TRACES


def _request(collector: Collector, body: bytes) -> Any:
    from collector.otlp.request import check

    return check(body, 1)


def test_a_full_or_old_spool_refuses_and_says_when_to_come_back(remote: RemoteStore, collecting: Collecting) -> None:
    with collecting(remote.store(), limits=Limits(spool_bytes=2500, spool_age=timedelta(hours=1))) as collector:
        remote.off()
        accepted = 0
        with pytest.raises(Refused) as refused:
            for _ in range(20):
                send(collector, span())
                accepted += 1
        assert (refused.value.status, refused.value.reason) == (503, "spool_full")
        assert refused.value.retry_after
        remote.on()
        stored_once(remote.direct, accepted)
        send(collector, span())
        stored_once(remote.direct, accepted + 1)


def test_without_a_spool_nothing_is_acknowledged_that_is_not_stored(remote: RemoteStore, collecting: Collecting) -> None:
    with collecting(remote.store(), None) as collector:
        body = span()
        remote.engine.faults.plan(Fault(What.DROP_AFTER, pattern="otlp_traces", times=3))
        with pytest.raises(Refused, match="Not stored"):
            send(collector, body)
        remote.engine.faults.clear()
        send(collector, body)
        stored_once(remote.direct, 1)


def test_a_hung_engine_does_not_keep_refusals_waiting(remote: RemoteStore, collecting: Collecting) -> None:
    with collecting(remote.store(answer_seconds=3), limits=Limits(waiting=1 << 10)) as collector:
        remote.engine.faults.plan(Fault(What.DELAY, seconds=2))
        commits = []
        with pytest.raises(Refused) as refused:
            for _ in range(50):
                commits.append(commit_of(collector, span()))
        assert (refused.value.status, refused.value.reason, refused.value.retry_after) == (429, "overloaded", 1)
        for commit in commits:
            assert commit is not None
            commit.result(SECONDS)
        stored_once(remote.direct, len(commits))


def test_a_wrong_password_opens_nothing_and_says_what_to_check(remote: RemoteStore) -> None:
    remote.engine.password = "right"
    with pytest.raises(StoreUnavailable, match="the password is right"):
        Store(Location(host="127.0.0.1", port=remote.port, database=remote.database, password="wrong"))
    remote.engine.password = ""
