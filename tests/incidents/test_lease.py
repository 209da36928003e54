"""Two schedulers: one decides, the other refuses; whoever takes over has a new epoch."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from alerts import record
from alerts.commands import Action, Command, append, outcomes
from alerts.commands.applying import apply
from alerts.decisions import Decision, Kind
from alerts.lease import LENGTH, Lease, LeaseHeld, _began
from alerts.scheduler_step import Alerting
from analytics.context import Context
from store.query import Query
from store.store import Store
from tests.alerts.test_delivery import Clock, refuse
from tests.conftest import NOW
from tests.support.telemetry import Telemetry

_EPOCHS = Query("test/epochs", "SELECT groupUniqArray(epoch) AS found FROM alert_events WHERE kind != 'command'")


@pytest.fixture
def clock() -> Clock:
    return Clock()


def waiting(clock: Clock, renewed_by: Lease | None = None) -> object:
    """A sleep that lets the clock go on, and the other scheduler with it."""

    def sleep(_: float) -> None:
        clock.now += timedelta(seconds=5)
        if renewed_by is not None:
            renewed_by.hold()

    return sleep


def lease(store: Store, clock: Clock, holder: str, sleep: object = None) -> Lease:
    return Lease(store, clock, holder, sleep or waiting(clock))  # type: ignore[arg-type]


def test_a_second_scheduler_refuses_to_start_while_the_first_renews(store: Store, clock: Clock) -> None:
    first = lease(store, clock, "a")
    assert first.take() == 1
    with pytest.raises(LeaseHeld, match=r"another scheduler \(a\) holds the lease until .* stop that one first"):
        lease(store, clock, "b", waiting(clock, first)).take()
    assert first.hold() == 1
    assert clock.now - NOW < LENGTH, "it did not wait for an end that did not come"


def test_a_takeover_after_expiry_has_the_next_epoch_and_the_old_one_stands_back(
    context: Context, store: Store, clock: Clock, telemetry: Telemetry
) -> None:
    timed = replace(context, clock=clock)
    dead, heir = lease(store, clock, "a"), lease(store, clock, "b")
    dead.take()
    before = Alerting(timed, {}, "", lease=dead)
    refuse(telemetry, NOW - timedelta(minutes=1))
    before.step()
    assert heir.take() == 2
    assert LENGTH <= clock.now - NOW <= LENGTH + timedelta(seconds=5)
    append(timed, Command(Action.ACKNOWLEDGE, "integration", record.incidents(timed)[0].incident_id))
    Alerting(timed, {}, "", lease=heir).step()
    with pytest.raises(LeaseHeld):
        before.step()
    assert dead.epoch == 0
    (incident,) = record.incidents(timed)
    assert (incident.epoch, incident.acknowledged_by) == (2, "integration")
    assert sorted(store.value(_EPOCHS)) == [1, 2]


def test_a_late_decision_of_an_old_epoch_changes_nothing(
    context: Context, store: Store, clock: Clock, telemetry: Telemetry
) -> None:
    timed = replace(context, clock=clock)
    old, new = lease(store, clock, "a"), lease(store, clock, "b")
    old.take()
    sleeper = Alerting(timed, {}, "", lease=old)
    refuse(telemetry, NOW - timedelta(minutes=1))
    sleeper.step()
    new.take()  # the old one stands still between its look at the lease and its INSERT
    append(timed, Command(Action.ACKNOWLEDGE, "integration", record.incidents(timed)[0].incident_id))
    Alerting(timed, {}, "", lease=new).step()
    stale = replace(record.incidents(timed)[0], title="what the old one thinks")
    sleeper._journal.record([(Decision(Kind.HELD, stale, ""), ())], clock.now + timedelta(seconds=1))
    assert record.incidents(timed)[0].title != "what the old one thinks"


def test_an_answer_of_a_scheduler_that_had_lost_its_lease_swallows_no_acknowledgement(
    context: Context, store: Store, clock: Clock, telemetry: Telemetry
) -> None:
    timed = replace(context, clock=clock)
    old, new = lease(store, clock, "a"), lease(store, clock, "b")
    old.take()
    sleeper = Alerting(timed, {}, "", lease=old)
    refuse(telemetry, NOW - timedelta(minutes=1))
    sleeper.step()
    asked = append(timed, Command(Action.ACKNOWLEDGE, "integration", record.incidents(timed)[0].incident_id))
    thought = apply(timed, sleeper._journal.open_incidents(), (), clock.now)
    new.take()  # the old one stands still here, its answer thought out and not yet recorded
    heir = Alerting(timed, {}, "", lease=new)
    heir._hold()
    assert heir._journal.open_incidents()[0].acknowledged_by == "", "what the heir knows is what it read"
    clock.now += timedelta(seconds=1)
    sleeper._journal.record([(decision, ()) for decision in thought.decisions], clock.now, thought.rows)
    assert [row["kind"] for row in thought.rows] == ["accepted"]
    assert outcomes(timed, [asked])[0].outcome == "pending", "its decision does not count, so its answer must not either"
    clock.now += timedelta(seconds=1)
    heir.step()
    (incident,) = record.incidents(timed)
    assert (incident.epoch, incident.acknowledged_by, outcomes(timed, [asked])[0].outcome) == (2, "integration", "accepted")


def test_a_round_longer_than_the_lease_records_nothing(
    context: Context, store: Store, clock: Clock, telemetry: Telemetry, monkeypatch: pytest.MonkeyPatch
) -> None:
    timed = replace(context, clock=clock)
    old, new = lease(store, clock, "a"), lease(store, clock, "b")
    old.take()
    sleeper = Alerting(timed, {}, "", lease=old)
    refuse(telemetry, NOW - timedelta(minutes=1))
    looks = sleeper._conditions.open

    def stands_still(known: object) -> object:
        found = looks(known)  # type: ignore[arg-type]
        new.take()
        return found

    monkeypatch.setattr(sleeper._conditions, "open", stands_still)
    with pytest.raises(LeaseHeld):
        sleeper.step()
    assert record.incidents(timed) == ()
    Alerting(timed, {}, "", lease=new).step()
    assert [incident.epoch for incident in record.incidents(timed)] == [2]


def test_of_many_that_want_it_at_once_one_gets_it(store: Store, clock: Clock) -> None:
    first = lease(store, clock, "0")
    first.take()
    first.release()
    got: list[str] = []
    together = threading.Barrier(6)

    def want(name: str) -> None:
        wanted = Lease(store, clock, name, lambda _: None)
        together.wait()
        try:
            wanted.hold()
            got.append(name)
        except LeaseHeld:
            pass

    threads = [threading.Thread(target=want, args=(f"s{n}",)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 1


def test_after_an_orderly_stop_and_beside_a_dead_process_nobody_waits(store: Store, clock: Clock) -> None:
    def never(_: float) -> None:
        raise AssertionError("it waited")

    first = Lease(store, clock, sleep=never)
    first.take()
    first.release()
    host, space, _, _, _ = first._holder.split("/")
    gone = Lease(store, clock, f"{host}/{space}/4194300/1/x", never)
    assert gone.take() == 2
    heir = Lease(store, clock, sleep=never)
    assert heir.take() == 3, "the process that held it is gone"
    with pytest.raises(LeaseHeld):
        Lease(store, clock, sleep=never).take()
    assert clock.now == NOW


def test_a_process_that_was_killed_and_not_yet_waited_for_is_gone() -> None:
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    assert _began(process.pid) != ""
    process.kill()
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)  # ended, and still on the list of processes
    assert Path(f"/proc/{process.pid}").exists()
    assert _began(process.pid) == ""
    process.communicate()
