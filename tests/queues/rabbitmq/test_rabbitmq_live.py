"""A real RabbitMQ: eight queues fill and drain, and what the store says equals what the management API says."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from collector.collector import Collector
from collector.queues.rabbitmq.config import RabbitMqSettings
from collector.queues.runner import PollerRunner
from collector.queues.sources import sources
from domain.configuration import Configuration
from domain.pollers import QueuePoller
from store.query import Query
from store.store import Store
from tests.support.amqp import AmqpConnection
from tests.support.rabbitmq import Broker, missing, running_rabbitmq

Runners = Callable[..., PollerRunner]
VHOST = "procurement"
SHARED = {"x-dead-letter-exchange": "dlx"}
QUEUES: Mapping[str, Mapping[str, Any]] = {
    "contract.activation": SHARED | {"x-queue-type": "quorum"},
    "contract.activation.dlq": {},
    "price.catalog.832": SHARED | {"x-max-length": 50, "x-overflow": "reject-publish"},
    "asn.inbound.856": SHARED | {"x-message-ttl": 2500},
    "po.outbound.850": SHARED,
    "poack.inbound.855": SHARED,
    "invoice.inbound.810": SHARED,
    "price.auth.845": SHARED | {"x-max-length": 30},
}
FILLED = {"contract.activation": 40, "po.outbound.850": 60, "poack.inbound.855": 25, "invoice.inbound.810": 80}


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    if reason := missing():
        pytest.skip(reason)
    with running_rabbitmq(tmp_path_factory.mktemp("rabbitmq")) as running:
        running.vhost(VHOST)
        running.put(f"exchanges/{VHOST}/dlx", type="fanout", durable=True)
        yield running


@pytest.fixture
def collector(store: Store, configuration: Configuration) -> Iterator[Collector]:
    collecting = Collector(store, configuration)
    collecting.start()
    yield collecting
    collecting.stop()


@pytest.fixture
def runner_of(collector: Collector, broker: Broker) -> Iterator[Runners]:
    """Makes a runner of the broker's poller with these settings; all of them are stopped afterwards."""
    made: list[PollerRunner] = []

    def make(**settings: Any) -> PollerRunner:
        plain = {
            "url": broker.url,
            "username": "guest",
            "password": {"env": "PASSWORD"},
            "vhosts": [VHOST],
            "topology_every": "1s",
        }
        typed = RabbitMqSettings.model_validate(plain | settings)
        configured = QueuePoller(id="rabbit", kind="rabbitmq", settings=typed, interfaces={"po.outbound.850": "po-to-erp"})
        configuration = collector.configuration.model_copy(update={"pollers": (configured,)})
        made.extend(sources(collector, configuration, {"PASSWORD": "guest"}))
        return made[-1]

    yield make
    for runner in made:
        runner.stop()


def _stored(store: Store) -> dict[str, dict[str, Any]]:
    """The newest sample of each queue."""
    rows = store.records(Query("test/newest", "SELECT * FROM queue_samples FINAL ORDER BY time"))
    return {row["queue"]: row for row in rows if row["broker"] == f"rabbit/{VHOST}"}


def _settled(broker: Broker, depths: Mapping[str, int | None]) -> Mapping[str, Mapping[str, Any]]:
    """The management API's answer once its statistics have caught up and two of them agree. None: any depth."""
    told: Mapping[str, Mapping[str, Any]] = {}
    until = time.monotonic() + 60
    while time.monotonic() < until:
        before, told = told, broker.queues(VHOST)
        figures = [
            {n: (q.get("messages"), q.get("head_message_timestamp"), q.get("consumers")) for n, q in t.items()}
            for t in (before, told)
        ]
        caught_up = all(told[name].get("messages") == n for name, n in depths.items() if n is not None)
        if caught_up and figures[0] == figures[1] and all("messages" in q for q in told.values()):
            return told
        time.sleep(0.6)
    raise AssertionError(f"the broker did not settle at {depths}: { {n: q.get('messages') for n, q in told.items()} }")


def _assert_equal(store: Store, told: Mapping[str, Mapping[str, Any]]) -> int:
    """Depth, in flight, consumers and age of every queue; returns how many ages were told."""
    stored, ages = _stored(store), 0
    assert stored.keys() == told.keys()
    for name, queue in told.items():
        row = stored[name]
        said = (queue["messages_ready"], queue["messages_unacknowledged"], queue["consumers"])
        assert (row["depth"], row["in_flight"], row["consumers"]) == said, name
        head = queue.get("head_message_timestamp")
        if queue["messages"] == 0:
            assert row["oldest_age_seconds"] == 0, name
        elif head is None:
            assert row["oldest_age_seconds"] is None, name
        else:
            ages += 1
            assert math.isclose(row["time"].timestamp() - row["oldest_age_seconds"], head, abs_tol=0.01), name
    return ages


def test_eight_queues_fill_and_drain(broker: Broker, runner_of: Runners, store: Store) -> None:
    for name, arguments in QUEUES.items():
        broker.put(f"queues/{VHOST}/{name}", durable=True, arguments=dict(arguments))
    broker.http.post(f"/api/bindings/{VHOST}/e/dlx/q/contract.activation.dlq", json={}).raise_for_status()
    runner = runner_of()
    assert runner.poll().error == ""
    assert len(_stored(store)) == 8
    assert all(row["depth"] in (None, 0) for row in _stored(store).values())

    began = int(time.time())
    with AmqpConnection(broker.amqp_port, VHOST) as publisher:
        for name, count in FILLED.items():
            assert publisher.publish(name, count, began - 90) == 0
        assert publisher.publish("price.catalog.832", 70, began - 60) == 20  # 20 nacked: depth alone does not show it
        publisher.publish("price.auth.845", 45, began - 30)  # drops 15 from the head, to the dead letters
        publisher.publish("asn.inbound.856", 10, began)
    told = _settled(
        broker, FILLED | {"price.catalog.832": 50, "price.auth.845": 30, "asn.inbound.856": 0, "contract.activation.dlq": 25}
    )
    assert runner.poll().queues == 8
    assert _assert_equal(store, told) >= 5
    stored = _stored(store)
    assert (stored["price.catalog.832"]["depth"], stored["price.catalog.832"]["capacity"]) == (50, 50)
    assert stored["contract.activation.dlq"]["dead_letters"] == 25
    assert stored["po.outbound.850"]["dead_letters"] is None  # the dead letters are of several queues: whose, nobody can tell
    assert stored["po.outbound.850"]["interface_id"] == "po-to-erp"

    with AmqpConnection(broker.amqp_port, VHOST) as consumer:
        consumer.consume("po.outbound.850", 10)
        consumer.acknowledge(35)
        told = _settled(broker, {"po.outbound.850": 25})
        assert told["po.outbound.850"]["messages_unacknowledged"] == 10
        runner.poll()
        _assert_equal(store, told)
        assert (_stored(store)["po.outbound.850"]["ack_rate"] or 0) > 0
        consumer.acknowledge(25)
        told = _settled(broker, {"po.outbound.850": 0})
        runner.poll()
        _assert_equal(store, told)
    for name in QUEUES:
        broker.http.delete(f"/api/queues/{VHOST}/{name}/contents").raise_for_status()
    told = _settled(broker, dict.fromkeys(QUEUES, 0))
    runner.poll()
    assert _assert_equal(store, told) == 0
    assert {row["depth"] for row in _stored(store).values()} == {0}


def test_while_messages_move_the_sample_lies_between_two_answers(broker: Broker, runner_of: Runners, store: Store) -> None:
    """Nothing is taken from the queue, so that its depth only grows."""
    broker.put(f"queues/{VHOST}/growing", durable=True)
    runner = runner_of(queues=["grow*"])
    with AmqpConnection(broker.amqp_port, VHOST) as publisher:
        publisher.publish("growing", 10)
        _settled(broker, {"growing": 10})
        for _ in range(5):
            publisher.publish("growing", 40)
            before = broker.queues(VHOST)["growing"]["messages"]
            runner.poll()
            after = broker.queues(VHOST)["growing"]["messages"]
            assert before <= _stored(store)["growing"]["depth"] <= after
            time.sleep(0.3)
    assert set(_stored(store)) == {"growing"}


def test_names_with_slashes_pages_and_exclusive_queues(broker: Broker, runner_of: Runners, store: Store) -> None:
    broker.vhost("a/b %")
    for name in ("one", "two/half", "drei?"):
        broker.put(f"queues/a%2Fb%20%25/{name.replace('/', '%2F').replace('?', '%3F')}", durable=True)
    runner = runner_of(vhosts=["a/b %"], page_size=1, exclude=["on*"])
    assert (runner.poll().queues, runner.state.error) == (2, "")
    rows = store.records(Query("test/names", "SELECT queue, broker FROM queue_samples WHERE broker LIKE '%a/b%' ORDER BY queue"))
    assert [(r["queue"], r["broker"]) for r in rows] == [("drei?", "rabbit/a/b %"), ("two/half", "rabbit/a/b %")]


def test_refusals_say_what_to_do_and_no_password(broker: Broker, runner_of: Runners, store: Store) -> None:
    wrong = runner_of(username="nobody")
    assert wrong.poll().error == f"{broker.url}/api/queues/{VHOST} answered 401 Unauthorized; check the credentials"
    lost = runner_of(vhosts=["nowhere"])
    assert "404" in lost.poll().error
    assert lost.poll().failures == 2
    not_rabbit = runner_of(url=broker.url + "/nothing")
    assert "answered 40" in not_rabbit.poll().error
    rows = store.records(Query("test/states", "SELECT failures, error, last_good FROM poller_states FINAL ORDER BY time"))
    assert [r["failures"] for r in rows] == [1, 1, 2, 1]
    assert all(r["last_good"] is None and "guest" not in r["error"] for r in rows)
