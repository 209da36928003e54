"""Topics as the OpenTelemetry Collector's kafka exporter writes them, on librdkafka's own mock cluster."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from confluent_kafka import Consumer, Producer, TopicPartition
from google.protobuf import json_format

from collector.collector import Collector
from collector.otlp.kafka import KafkaSource
from domain.configuration import Configuration
from domain.kafka import KafkaTopics
from store.query import Query
from store.store import Store
from tests.support import otlp_decode
from tests.support.telemetry import span_request

NOW = datetime(2026, 11, 19, 15, tzinfo=UTC)


@pytest.fixture(scope="module")
def cluster() -> Iterator[Producer]:
    producer = Producer({"bootstrap.servers": "replaced", "test.mock.num.brokers": 2, "log_level": 0})
    yield producer
    producer.flush(1)


@pytest.fixture
def topics(cluster: Producer) -> KafkaTopics:
    """A group and topics of the test's own."""
    brokers = cluster.list_topics(timeout=10).brokers.values()
    own = os.urandom(4).hex()
    return KafkaTopics(
        id="otel",
        bootstrap_servers=tuple(f"{b.host}:{b.port}" for b in brokers),
        topics={f"spans_{own}": "traces", f"logs_{own}": "logs", f"metrics_{own}": "metrics"},
        group=own,
    )


def span() -> bytes:
    return span_request("load", NOW, 1, None, os.urandom(16), b"", "erp", {})


def log_json() -> bytes:
    return json.dumps({"resourceLogs": [{"scopeLogs": [{"logRecords": [{"body": {"stringValue": "x"}}]}]}]}).encode()


def point() -> bytes:
    document = {
        "resource_metrics": [{"scope_metrics": [{"metrics": [{"name": "depth", "gauge": {"data_points": [{"as_int": 3}]}}]}]}]
    }
    message = json_format.ParseDict(document, otlp_decode.REQUESTS["metrics"]())
    return bytes(message.SerializeToString())


def write(producer: Producer, topic: str, bodies: list[bytes]) -> None:
    for body in bodies:
        producer.produce(topic, body, partition=0)
    assert producer.flush(10) == 0


def until(done: Callable[[], bool], what: Callable[[], object]) -> None:
    deadline = time.monotonic() + 60
    while not done():
        assert time.monotonic() < deadline, what()
        time.sleep(0.05)


def count(store: Store, table: str) -> int:
    return int(store.value(Query("test/count", f"SELECT count() FROM {table}")))


def committed(topics: KafkaTopics, topic: str) -> int:
    consumer = Consumer(topics.client(None))
    found: list[Any] = consumer.committed([TopicPartition(topic, 0)], timeout=10)
    consumer.close()
    return int(found[0].offset)


def test_three_topics_a_poisoned_message_and_a_restart(
    cluster: Producer, topics: KafkaTopics, store: Store, configuration: Configuration
) -> None:
    spans, logs, metrics = topics.topics
    bodies = [span() for _ in range(5)]
    write(cluster, spans, [*bodies[:3], b"no protobuf", bodies[0], *bodies[3:]])
    write(cluster, logs, [log_json()])
    write(cluster, metrics, [point()])
    collector = Collector(store, configuration)
    source = KafkaSource(topics, collector, {})
    collector.add(source)
    collector.start()
    until(lambda: source.figures.stored + source.figures.repeated + source.figures.poisoned == 9, lambda: source.figures)
    collector.stop()
    assert (source.figures.stored, source.figures.repeated, source.figures.poisoned) in ((7, 1, 1), (8, 0, 1))
    assert f"{spans}[0] offset 3: The body is not an OTLP span request" in source.figures.last_poisoned
    assert (count(store, "spans"), count(store, "logs"), count(store, "metric_points")) == (5, 1, 1)
    assert (committed(topics, spans), committed(topics, logs), committed(topics, metrics)) == (7, 1, 1)
    write(cluster, spans, [span()])
    again = KafkaSource(topics, second := Collector(store, configuration), {})
    second.add(again)
    second.start()
    until(lambda: again.figures.stored == 1, lambda: again.figures)
    second.stop()
    assert (again.figures.repeated, count(store, "spans")) == (0, 6)


def test_what_is_not_taken_is_not_committed_and_read_again(
    cluster: Producer, topics: KafkaTopics, store: Store, configuration: Configuration
) -> None:
    spans = next(iter(topics.topics))
    write(cluster, spans, [span(), span()])
    collector = Collector(store, configuration)  # not started: refuses with 503
    source = KafkaSource(topics, collector, {})
    source.start()
    until(lambda: "not running" in source.figures.last_error, lambda: source.figures)
    assert (source.figures.stored, source.figures.poisoned, count(store, "spans")) == (0, 0, 0)
    assert committed(topics, spans) < 0
    collector.start()
    until(lambda: source.figures.stored == 2, lambda: source.figures)
    source.stop()
    collector.stop()
    assert (count(store, "spans"), committed(topics, spans)) == (2, 2)


def test_stop_without_start_and_twice(topics: KafkaTopics, store: Store, configuration: Configuration) -> None:
    source = KafkaSource(topics, Collector(store, configuration), {})
    source.stop()
    source.stop()
