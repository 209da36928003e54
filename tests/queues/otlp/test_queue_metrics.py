"""OTLP metrics of the usual receivers become queue samples, and the points of one scrape are one reading."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.metrics.v1.metrics_pb2 import DataPointFlags, Metric

from analytics import queues
from analytics.context import Context
from analytics.queues.rows import QueueState
from collector.collector import Collector
from collector.otlp.signals import Signal
from domain.configuration import Configuration
from domain.queue_metrics import QueueMetric
from store.migrate import migrate
from store.query import Query
from store.store import Store
from tests.conftest import NOW

AT = NOW - timedelta(minutes=1)
RABBIT = {"rabbitmq.queue.name": "price.load", "rabbitmq.vhost.name": "procurement", "rabbitmq.node.name": "rabbit@a"}
CUMULATIVE, DELTA = 2, 1
Send = Callable[[ExportMetricsServiceRequest], None]


@pytest.fixture
def send(store: Store, configuration: Configuration) -> Iterator[Send]:
    collector = Collector(store, configuration, clock=lambda: NOW)
    collector.start()

    def take(request: ExportMetricsServiceRequest) -> None:
        _, commit = collector.take_otlp(Signal.METRICS, request.SerializeToString())
        if commit is not None:
            commit.result(30)

    yield take
    collector.stop()


class Scrape:
    """One export of one resource."""

    def __init__(self, resource: dict[str, str], at: datetime = AT) -> None:
        self.request = ExportMetricsServiceRequest()
        self._at = at
        resource_metrics = self.request.resource_metrics.add()
        for key, value in resource.items():
            resource_metrics.resource.attributes.add(key=key).value.string_value = value
        self._scope = resource_metrics.scope_metrics.add()

    def gauge(self, name: str, value: float, **attributes: Any) -> Scrape:
        return self._point(self._scope.metrics.add(name=name), "gauge", value, attributes)

    def sum(
        self, name: str, value: float, *, temporality: int = CUMULATIVE, monotonic: bool = False, **attributes: Any
    ) -> Scrape:
        metric = self._scope.metrics.add(name=name)
        metric.sum.aggregation_temporality = temporality  # type: ignore[assignment]
        metric.sum.is_monotonic = monotonic
        return self._point(metric, "sum", value, attributes)

    def _point(self, metric: Metric, kind: str, value: float, attributes: dict[str, Any]) -> Scrape:
        point = getattr(metric, kind).data_points.add()
        point.time_unix_nano = int(self._at.timestamp() * 1_000_000_000)
        point.start_time_unix_nano = int((self._at - timedelta(seconds=60)).timestamp() * 1_000_000_000)
        point.flags = attributes.pop("flags", 0)
        if isinstance(value, int):
            point.as_int = value
        else:
            point.as_double = value
        for key, text in attributes.items():
            one = point.attributes.add(key=key.replace("__", "."))
            if isinstance(text, int):
                one.value.int_value = text
            else:
                one.value.string_value = text
        return self


def _states(context: Context) -> dict[str, QueueState]:
    return {state.queue: state for state in queues.latest(context)}


def test_rabbitmq_points_of_one_scrape_are_one_reading(send: Send, context: Context) -> None:
    scrape = Scrape(RABBIT).sum("rabbitmq.message.current", 42, state="ready")
    scrape.sum("rabbitmq.message.current", 3, state="unacknowledged").sum("rabbitmq.consumer.count", 2)
    send(scrape.request)
    found = _states(context)["price.load"]
    assert (found.broker, found.depth, found.in_flight, found.consumers) == ("procurement", 42, 3, 2)
    assert (found.interface_id, found.sampled, found.oldest_age_seconds) == ("erp-price-load", AT, None)


def test_points_in_separate_requests_stand_side_by_side(send: Send, context: Context, store: Store) -> None:
    send(Scrape(RABBIT).sum("rabbitmq.message.current", 42, state="ready").request)
    send(Scrape(RABBIT).sum("rabbitmq.consumer.count", 2).request)
    store.command("OPTIMIZE TABLE queue_samples FINAL")
    found = _states(context)["price.load"]
    assert (found.depth, found.consumers) == (42, 2)


def test_points_of_one_scrape_that_differ_in_time_are_one_reading_and_old_ones_are_unknown(send: Send, context: Context) -> None:
    send(Scrape(RABBIT, AT - timedelta(minutes=3)).sum("rabbitmq.message.current", 9, state="unacknowledged").request)
    send(Scrape(RABBIT, AT - timedelta(seconds=2)).sum("rabbitmq.message.current", 42, state="ready").request)
    send(Scrape(RABBIT).sum("rabbitmq.consumer.count", 2).request)
    found = _states(context)["price.load"]
    assert (found.depth, found.consumers, found.in_flight) == (42, 2, None)


def test_cumulative_counters_become_rates_over_restarts(send: Send, context: Context) -> None:
    for minutes, published, acknowledged in ((5, 1000, 500), (4, 1600, 1400), (3, 60, 120)):
        scrape = Scrape(RABBIT, NOW - timedelta(minutes=minutes))
        scrape.sum("rabbitmq.message.published", published, monotonic=True)
        scrape.sum("rabbitmq.message.acknowledged", acknowledged, monotonic=True)
        send(scrape.sum("rabbitmq.message.current", 300, state="ready").request)
    found = _states(context)["price.load"]
    assert (found.publish_rate, found.ack_rate) == (660 / 120, 1020 / 120)
    assert found.drain_seconds == 300 / (8.5 - 5.5)


def test_one_count_is_no_rate_and_a_delta_is_one(send: Send, context: Context) -> None:
    scrape = Scrape(RABBIT).sum("rabbitmq.message.published", 90, temporality=DELTA, monotonic=True)
    send(scrape.sum("rabbitmq.message.acknowledged", 700, monotonic=True).request)
    found = _states(context)["price.load"]
    assert (found.publish_rate, found.ack_rate, found.depth) == (1.5, None, None)


@pytest.mark.parametrize("kind", ["gauge", "sum"])
def test_kafka_lag_and_members_in_either_kind(send: Send, context: Context, kind: str) -> None:
    scrape = Scrape({})
    getattr(scrape, kind)("kafka.consumer_group.lag_sum", 17, group="price-load", topic="prices")
    getattr(scrape, kind)("kafka.consumer_group.members", 3, group="price-load")
    send(scrape.request)
    found = _states(context)
    assert (found["price-load/prices"].depth, found["price-load"].consumers) == (17, 3)


def test_activemq_by_its_new_and_its_old_names(send: Send, context: Context) -> None:
    new = Scrape({"activemq.broker.name": "b1"})
    destination = {"messaging__destination__name": "po.out", "activemq__destination__type": "queue"}
    new.sum("activemq.message.queue.size", 5, **destination).sum("activemq.consumer.count", 1, **destination)
    new.sum("activemq.message.queue.size", 9, messaging__destination__name="news", activemq__destination__type="topic")
    send(new.request)
    send(Scrape({}).sum("activemq.message.current", 6, destination="asn.in", broker="b2").request)
    found = _states(context)
    assert {name: (s.broker, s.depth, s.consumers) for name, s in found.items()} == {
        "po.out": ("b1", 5, 1),
        "asn.in": ("b2", 6, None),
    }


def test_what_was_not_recorded_is_not_stored(send: Send, store: Store) -> None:
    scrape = Scrape(RABBIT).sum(
        "rabbitmq.message.current", 0, state="ready", flags=DataPointFlags.Value("DATA_POINT_FLAGS_NO_RECORDED_VALUE_MASK")
    )
    scrape.gauge("rabbitmq.consumer.count", float("nan")).gauge("some.other.metric", 5)
    scrape.gauge("kafka.consumer_group.lag_sum", -1, group="g", topic="t").gauge("kafka.consumer_group.lag_sum", 1, topic="t")
    send(scrape.request)
    assert store.value(Query("test/none", "SELECT count() FROM queue_samples")) == 0


def test_a_mapping_of_ones_own_replaces_the_shipped_one(store: Store, configuration: Configuration, context: Context) -> None:
    own = (
        QueueMetric.model_validate(
            {"metric": "rabbitmq.message.current", "figure": "dead_letters", "queue": "{rabbitmq.queue.name}"}
        ),
        QueueMetric.model_validate({"metric": "it's \\ {odd}", "figure": "depth", "queue": "x '{q}'", "attributes": {"s": "*"}}),
        QueueMetric.model_validate({"metric": "lag.parts", "figure": "depth", "queue": "{topic}"}),
        QueueMetric.model_validate({"metric": "head", "figure": "oldest_age_seconds", "queue": "{topic}", "reads": "timestamp"}),
        QueueMetric.model_validate({"metric": "wait.ms", "figure": "oldest_age_seconds", "queue": "{q}", "scale": 0.001}),
    )
    # Made anew, for a copy would keep the fingerprint.
    changed = Configuration(
        **{name: getattr(configuration, name) for name in Configuration.model_fields} | {"queue_metrics": own}
    )
    migrate(store, changed)
    collector = Collector(store, changed, clock=lambda: NOW)
    collector.start()
    scrape = Scrape(RABBIT).sum("rabbitmq.message.current", 4, state="ready").gauge("it's \\ {odd}", 2, q="y", s="1")
    scrape.gauge("lag.parts", 5, topic="t", partition=0).gauge("lag.parts", 7, topic="t", partition=1)
    scrape.gauge("head", AT.timestamp() - 30, topic="t").gauge("wait.ms", 1500.0, q="z").gauge("it's \\ {odd}", 2, q="n")
    _, commit = collector.take_otlp(Signal.METRICS, scrape.request.SerializeToString())
    assert commit is not None
    commit.result(30)
    collector.stop()
    found = _states(context)
    assert {name: (s.depth, s.dead_letters, s.oldest_age_seconds) for name, s in found.items()} == {
        "price.load": (None, 4, None),
        "x 'y'": (2, None, None),
        "t": (12, None, 30.0),
        "z": (None, None, 1.5),
    }


def test_a_whole_reading_says_what_it_does_not_know(store: Store, context: Context) -> None:
    row = {"queue": "q", "broker": "b", "interface_id": "", "oldest_age_seconds": None, "consumers": None, "received": NOW}
    store.insert("queue_samples", [row | {"time": AT - timedelta(seconds=30), "depth": 5}, row | {"time": AT, "depth": None}])
    assert _states(context)["q"].depth is None
