"""What a RabbitMQ 3.10.8 answered while queues filled and drained, read as the poller reads it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from collector.queues.poller import QueueReading
from collector.queues.rabbitmq.reading import reading
from collector.queues.rabbitmq.topology import DeadLetters
from collector.queues.rates import Rates

AT = datetime(2026, 11, 22, 18, 40, tzinfo=UTC)
Queue = dict[str, Any]


@pytest.fixture
def captured(shared_data: Path) -> Path:
    return shared_data / "rabbitmq"


def _readings(folder: Path, moment: str, rates: Rates | None = None, at: datetime = AT) -> dict[str, QueueReading]:
    queues = json.loads((folder / f"{moment}_queues_procurement.json").read_text())
    return {q["name"]: reading(q, "test/procurement", None, at, rates or Rates()) for q in queues}


def test_a_queue_just_declared_has_no_figures_and_none_of_them_is_zero(captured: Path) -> None:
    for found in _readings(captured, "t0_empty").values():
        assert (found.depth, found.in_flight, found.consumers, found.oldest_age_seconds) == (None, None, None, None)
        assert (found.publish_rate, found.ack_rate) == (None, None)


def test_figures_are_those_of_the_answer(captured: Path) -> None:
    found = _readings(captured, "t30")
    quorum, full = found["contract.activation"], found["price.catalog.832"]
    assert (quorum.depth, quorum.in_flight, quorum.consumers) == (506, 20, 1)
    assert (quorum.publish_rate, quorum.ack_rate) == (34.4, 10.6)
    assert quorum.oldest_age_seconds is None  # quorum queues do not say
    assert (full.depth, full.capacity) == (500, 500)
    assert found["invoice.inbound.810"].oldest_age_seconds == AT.timestamp() - 1795357494
    empty = found["poack.inbound.855"]
    assert (empty.depth, empty.oldest_age_seconds) == (0, 0.0)


def test_rates_come_from_the_counters_once_there_are_two_polls(captured: Path) -> None:
    rates = Rates()
    _readings(captured, "t30", rates, datetime(2026, 11, 22, 18, 40, tzinfo=UTC))
    later = _readings(captured, "t45", rates, datetime(2026, 11, 22, 18, 40, 15, tzinfo=UTC))
    before, after = (
        {q["name"]: q.get("message_stats", {}).get("publish") for q in json.loads((captured / f"{t}_queues.json").read_text())}
        for t in ("t30", "t45")
    )
    counted = [name for name in after if before[name] is not None]
    assert len(counted) > 4
    assert {n: later[n].publish_rate for n in counted} == {n: (after[n] - before[n]) / 15 for n in counted}


@pytest.mark.parametrize("moment", ["t0_empty", "t10", "t30", "t45", "t65_end"])
def test_every_moment_is_read(captured: Path, moment: str) -> None:
    found = _readings(captured, moment)
    assert len(found) == 8
    assert all(r.depth is None or r.capacity is None or r.depth <= r.capacity for r in found.values())


def test_dead_letters_of_a_shared_queue_are_counted_there_and_nowhere_else(captured: Path) -> None:
    queues, bindings, exchanges = (
        json.loads((captured / f"t65_end_{name}_procurement.json").read_text()) for name in ("queues", "bindings", "exchanges")
    )
    counts = DeadLetters(AT, bindings, exchanges, ()).counts(queues)
    assert counts == {("procurement", "contract.activation.dlq"): 1439}


def _queue(name: str, messages: int | None = 0, **arguments: Any) -> Queue:
    told = {} if messages is None else {"messages": messages}
    return {"vhost": "/", "name": name, "arguments": {f"x-{k.replace('_', '-')}": v for k, v in arguments.items()}, **told}


def _bound(source: str, queue: str, key: str) -> Queue:
    return {"vhost": "/", "source": source, "destination": queue, "destination_type": "queue", "routing_key": key}


def _counts(queues: list[Queue], bindings: list[Queue], kind: str = "direct", always: tuple[str, ...] = ()) -> dict[str, int]:
    exchanges = [{"vhost": "/", "name": "dlx", "type": kind}]
    return {name: n for (_, name), n in DeadLetters(AT, bindings, exchanges, always).counts(queues).items()}


def test_a_queue_with_dead_letters_to_itself_has_them_counted() -> None:
    queues = [
        _queue("a", 5, dead_letter_exchange="dlx"),
        _queue("a.dlq", 2),
        _queue("b", 5, dead_letter_exchange="dlx"),
        _queue("b.dlq", 3),
    ]
    bindings = [_bound("dlx", "a.dlq", "a"), _bound("dlx", "b.dlq", "b")]
    assert _counts(queues, bindings) == {"a": 2, "a.dlq": 2, "b": 3, "b.dlq": 3}


def test_a_routing_key_of_dead_letters_and_the_default_exchange() -> None:
    queues = [_queue("a", 5, dead_letter_exchange="", dead_letter_routing_key="grave"), _queue("grave", 4)]
    assert _counts(queues, []) == {"a": 4, "grave": 4}


@pytest.mark.parametrize(
    ("pattern", "reaches"), [("orders.*", True), ("orders.#", True), ("#", True), ("*.new", True), ("*", False), ("new.*", False)]
)
def test_a_topic_exchange_routes_by_pattern(pattern: str, reaches: bool) -> None:
    queues = [_queue("a", 1, dead_letter_exchange="dlx", dead_letter_routing_key="orders.new"), _queue("grave", 4)]
    assert _counts(queues, [_bound("dlx", "grave", pattern)], "topic") == ({"a": 4, "grave": 4} if reaches else {})


def test_a_policy_gives_what_no_argument_gives() -> None:
    queue = _queue("a", 1) | {"effective_policy_definition": {"dead-letter-exchange": "dlx", "max-length": 10}}
    assert _counts([queue, _queue("grave", 4)], [_bound("dlx", "grave", "")], "fanout") == {"a": 4, "grave": 4}
    assert reading(queue, "b", None, AT, Rates()).capacity == 10
    both = queue | {"arguments": {"x-max-length": 7}}
    assert reading(both, "b", None, AT, Rates()).capacity == 7


def test_queues_named_as_dead_letters_and_unknown_lengths() -> None:
    assert _counts([_queue("x.dlq", 9)], [], always=("*.dlq",)) == {"x.dlq": 9}
    queues = [_queue("a", 5, dead_letter_exchange="dlx"), _queue("grave", None)]
    assert _counts(queues, [_bound("dlx", "grave", "a")]) == {}


@pytest.mark.parametrize("state", ["down", "crashed", "stopped", "minority"])
def test_a_queue_that_is_down_is_unknown_though_old_figures_are_told(state: str) -> None:
    queue = _queue("a", 5) | {"messages_ready": 5, "consumers": 1, "state": state}
    assert reading(queue, "b", None, AT, Rates()) == QueueReading("a", "b")


def test_the_length_of_a_stream_is_no_backlog() -> None:
    queue = _queue("s", 5) | {"messages_ready": 5, "messages": 5, "consumers": 2, "type": "stream", "state": "running"}
    found = reading(queue, "b", None, AT, Rates())
    assert (found.depth, found.oldest_age_seconds, found.consumers) == (None, None, 2)
