"""Consumer groups on librdkafka's own mock cluster: real clients, the real protocol, no broker to install."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from confluent_kafka import Consumer, Producer, TopicPartition
from pydantic import ValidationError

from collector.queues.kafka import KIND
from collector.queues.poller import PollFailed
from domain.secrets import SecretMissing
from tests.support.pollers import answering_nothing, built, by_queue, sampled

WRITTEN = datetime.now(UTC) - timedelta(minutes=10)


@dataclass
class Cluster:
    servers: list[str]
    producer: Producer

    def write(self, topic: str, partition: int, count: int, at: datetime = WRITTEN) -> None:
        """Each message a second younger than the one before it."""
        for n in range(count):
            stamp = int((at + timedelta(seconds=n)).timestamp() * 1000)
            self.producer.produce(topic, b"{}", partition=partition, timestamp=stamp)
        assert self.producer.flush(10) == 0

    def commit(self, group: str, topic: str, offsets: dict[int, int]) -> None:
        consumer = Consumer(
            {"bootstrap.servers": ",".join(self.servers), "group.id": group, "enable.auto.commit": False, "log_level": 0}
        )
        consumer.commit(offsets=[TopicPartition(topic, p, o) for p, o in offsets.items()], asynchronous=False)
        consumer.close()


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    producer = Producer({"bootstrap.servers": "replaced", "test.mock.num.brokers": 2, "log_level": 0})
    brokers = producer.list_topics(timeout=10).brokers.values()
    running = Cluster([f"{b.host}:{b.port}" for b in brokers], producer)
    for partition, count in enumerate((20, 5, 0)):
        running.write("prices", partition, count)
    running.write("orders", 0, 4)
    running.commit("price-load", "prices", {0: 5, 1: 5})
    running.commit("price-load", "orders", {0: 4})
    running.commit("audit", "prices", {0: 12})
    yield running
    producer.flush(1)


def _settings(cluster: Cluster, **more: Any) -> dict[str, Any]:
    return {"bootstrap_servers": cluster.servers, "groups": ["price-load", "audit"]} | more


def test_lag_is_summed_over_partitions_and_the_oldest_message_is_the_one_read_next(cluster: Cluster) -> None:
    found = sampled(KIND, _settings(cluster), timeout=15)
    assert {name: r.depth for name, r in found.items()} == {"price-load/prices": 15, "price-load/orders": 0, "audit/prices": 8}
    now = datetime.now(UTC)
    for name, next_one in (("price-load/prices", 5), ("audit/prices", 12)):
        age = found[name].oldest_age_seconds
        assert age is not None
        written = WRITTEN + timedelta(seconds=next_one)
        assert age == pytest.approx((now - written).total_seconds(), abs=5)
    assert found["price-load/orders"].oldest_age_seconds == 0
    assert {(r.broker, r.consumers, r.publish_rate) for r in found.values()} == {
        ("test", None, None)
    }  # the mock describes no group


def test_partitions_are_queues_of_their_own_where_asked_for(cluster: Cluster) -> None:
    found = sampled(
        KIND, _settings(cluster, partitions=True, oldest_age=False, topics=["pri*"], groups=["price-load"]), timeout=15
    )
    assert {name: r.depth for name, r in found.items()} == {
        "price-load/prices": 15,
        "price-load/prices/0": 15,
        "price-load/prices/1": 0,
    }
    assert found["price-load/prices/0"].oldest_age_seconds is None  # not looked at
    assert found["price-load/prices/1"].oldest_age_seconds == 0


def test_rates_are_growth_of_ends_and_of_committed_offsets(cluster: Cluster) -> None:
    now = [datetime(2026, 11, 22, tzinfo=UTC)]
    settings = _settings(cluster, groups=["billing"], topics=["invoices"], oldest_age=False)
    cluster.write("invoices", 0, 10)
    cluster.commit("billing", "invoices", {0: 2})
    with built(KIND, settings, timeout=15, clock=lambda: now[0]) as poller:
        assert by_queue(poller.sample())["billing/invoices"].publish_rate is None
        cluster.write("invoices", 0, 30)
        cluster.commit("billing", "invoices", {0: 12})
        now[0] += timedelta(seconds=10)
        found = by_queue(poller.sample())["billing/invoices"]
    assert (found.depth, found.publish_rate, found.ack_rate) == (28, 3.0, 1.0)


def test_looking_at_messages_commits_nothing_and_joins_no_group(cluster: Cluster) -> None:
    with built(KIND, _settings(cluster), timeout=15) as poller:
        first = by_queue(poller.sample())
        second = by_queue(poller.sample())
    assert {n: r.depth for n, r in first.items()} == {n: r.depth for n, r in second.items()}
    with pytest.raises(PollFailed, match="no group of supplyscope-test has committed"):
        sampled(KIND, _settings(cluster, groups=["supplyscope-test"]), timeout=15)


def test_a_group_that_never_committed_is_said_to_be_none(cluster: Cluster) -> None:
    with pytest.raises(PollFailed, match="no group of nobody has committed an offset in a matching topic"):
        sampled(KIND, _settings(cluster, groups=["nobody"]), timeout=15)


def test_all_groups_cannot_be_listed_where_the_broker_does_not_let_us(cluster: Cluster) -> None:
    with pytest.raises(PollFailed, match="did not let us list groups"):
        sampled(KIND, _settings(cluster, groups=["*"]), timeout=15)


def test_a_broker_that_says_nothing_or_is_not_there_is_given_up_in_time() -> None:
    with answering_nothing() as port:
        for servers in ([f"127.0.0.1:{port}"], ["127.0.0.1:1"]):
            began = time.monotonic()
            with pytest.raises(PollFailed, match="did not let us read the topics"):
                sampled(KIND, {"bootstrap_servers": servers, "groups": ["g"]}, timeout=2)
            assert time.monotonic() - began < 10


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"security_protocol": "SASL_SSL"}, "SASL protocol without username and password"),
        ({"options": {"sasl.password": "verysecret"}}, "has sasl.password"),
        ({"options": {"enable.auto.commit": True}}, "has enable.auto.commit"),
        ({"bootstrap_servers": []}, "at least 1"),
        ({"group": "g"}, "Extra inputs"),
    ],
)
def test_settings_that_cannot_work_are_refused(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        KIND.settings.model_validate({"bootstrap_servers": ["b:9092"]} | settings)


def test_credentials_are_revealed_when_the_client_is_built() -> None:
    typed = KIND.settings.model_validate(
        {"bootstrap_servers": ["b:9093"], "security_protocol": "SASL_SSL", "sasl_mechanism": "SCRAM-SHA-512", "username": "u",
         "password": {"env": "KAFKA_PASSWORD"}, "tls": {"ca": "/ca.pem"}}
    )  # fmt: skip
    made = typed.client({"KAFKA_PASSWORD": "pw"})  # type: ignore[attr-defined]
    assert made["sasl.password"] == "pw"
    assert (made["ssl.ca.location"], made["sasl.mechanism"], made["enable.ssl.certificate.verification"]) == (
        "/ca.pem",
        "SCRAM-SHA-512",
        True,
    )
    with pytest.raises(SecretMissing, match="KAFKA_PASSWORD is not set"):
        typed.client({})  # type: ignore[attr-defined]
