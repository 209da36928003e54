"""Exporters' texts, captured and written, behind a real HTTP server."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from pydantic import ValidationError

from collector.queues.poller import PollFailed
from collector.queues.prometheus import KIND
from collector.queues.prometheus.presets import PRESETS
from tests.support.pollers import built, by_queue, sampled

AT = datetime(2026, 11, 22, 18, 40, tzinfo=UTC)
OPEN_METRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8"
LAG = """# HELP kafka_consumergroup_lag Current Approximate Lag of a ConsumerGroup at Topic/Partition
# TYPE kafka_consumergroup_lag gauge
kafka_consumergroup_lag{consumergroup="price-load",partition="0",topic="prices"} 40
kafka_consumergroup_lag{consumergroup="price-load",partition="1",topic="prices"} 2
kafka_consumergroup_lag{consumergroup="price-load",partition="2",topic="prices"} -1
kafka_consumergroup_lag{consumergroup="invoices",partition="0",topic="edi \\"810\\""} 0
kafka_consumergroup_members{consumergroup="price-load"} 3
some_other_metric{a="b"} NaN
"""


class Exporter:
    """Answers what is put into `text`."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.text = ""
        self.content_type = "text/plain; version=0.0.4"
        self.asked: list[tuple[str, str | None]] = []


@pytest.fixture
def exporter() -> Iterator[Exporter]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            running.asked.append((self.path, self.headers.get("Authorization")))
            body = running.text.encode()
            self.send_response(200)
            self.send_header("Content-Type", running.content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    running = Exporter(f"http://127.0.0.1:{server.server_port}/metrics")
    thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield running
    server.shutdown()
    server.server_close()
    thread.join()


def test_partitions_add_up_and_minus_one_is_unknown(exporter: Exporter) -> None:
    exporter.text = LAG
    found = sampled(KIND, {"url": exporter.url, "presets": ["kafka_exporter"]})
    assert {name: (r.depth, r.consumers, r.broker) for name, r in found.items()} == {
        "price-load/prices": (42, None, "test"),
        'invoices/edi "810"': (0, None, "test"),
        "price-load": (None, 3, "test"),
    }


def test_rabbitmq_per_object_has_the_queues_of_the_management_api_and_the_figures_of_its_lines(
    exporter: Exporter, shared_data: Path
) -> None:
    folder = shared_data / "rabbitmq"
    exporter.text = (folder / "t65_end_prom_metrics_per-object.txt").read_text()
    found = sampled(KIND, {"url": exporter.url, "presets": ["rabbitmq"]})
    told = {q["name"]: q for q in json.loads((folder / "t65_end_queues.json").read_text())}
    assert found.keys() == told.keys()
    lines = re.findall(
        r'^rabbitmq_queue_messages_(ready|unacked)\{vhost="procurement",queue="(.+)"\} (\d+)$', exporter.text, re.M
    )
    said = {(queue, state): int(count) for state, queue, count in lines}
    assert {(r.queue, r.broker, r.depth, r.in_flight) for r in found.values()} == {
        (name, "procurement", said[name, "ready"], said[name, "unacked"]) for name in told
    }
    assert all(r.publish_rate is None for r in found.values())  # one scrape is no rate


def test_rabbitmq_detailed_is_read_with_its_families(exporter: Exporter, shared_data: Path) -> None:
    exporter.text = (shared_data / "rabbitmq" / "t30_prom_metrics_detailed.txt").read_text()
    families = ["queue_coarse_metrics", "queue_consumer_count"]
    found = sampled(KIND, {"url": exporter.url, "presets": ["rabbitmq"], "params": {"family": families}})
    assert (found["contract.activation"].depth, found["contract.activation"].in_flight) == (619, 20)
    assert exporter.asked == [("/metrics?family=queue_coarse_metrics&family=queue_consumer_count", None)]


def test_aggregated_metrics_without_a_queue_label_are_refused_with_the_remedy(exporter: Exporter, shared_data: Path) -> None:
    exporter.text = (shared_data / "rabbitmq" / "t30_prom_metrics.txt").read_text()
    with pytest.raises(PollFailed, match=r"has none of the mapped metrics .* check url, presets and metrics"):
        sampled(KIND, {"url": exporter.url, "presets": ["rabbitmq"]})


def test_counters_become_rates_per_series_and_a_new_series_is_no_leap(exporter: Exporter) -> None:
    now = [AT]
    mapping = [{"metric": "sent_total", "figure": "publish_rate", "queue": "{queue}"}]
    with built(KIND, {"url": exporter.url, "metrics": mapping}, clock=lambda: now[0]) as poller:
        seen = []
        for first, second in ((100, None), (160, 5000), (10, 5010)):
            exporter.text = f'# TYPE sent_total counter\nsent_total{{queue="q",channel="1"}} {first}\n'
            exporter.text += "" if second is None else f'sent_total{{queue="q",channel="2"}} {second}\n'
            seen.append(by_queue(poller.sample())["q"].publish_rate)
            now[0] += timedelta(seconds=10)
    assert seen == [None, 6.0, 1.0 + 1.0]  # the first channel began anew and counted 10 since


def test_openmetrics_timestamps_scales_and_conditions(exporter: Exporter) -> None:
    exporter.content_type = OPEN_METRICS
    exporter.text = (
        "# TYPE backlog gauge\n"
        f'backlog{{q="a",state="ready"}} 7 {AT.timestamp()}\n'
        f'backlog{{q="a",state="running"}} 2 {AT.timestamp()}\n'
        "# TYPE wait gauge\n"
        'wait{q="a"} 1500\n'
        "# TYPE taken counter\n"
        'taken_total{q="a"} 3\n'
        "# EOF\n"
    )
    mappings = [
        {"metric": "backlog", "figure": "depth", "queue": "{q}", "labels": {"state": "ready"}},
        {"metric": "backlog", "figure": "in_flight", "queue": "{q}", "labels": {"state": "run*"}},
        {"metric": "wait", "figure": "oldest_age_seconds", "queue": "{q}", "scale": 0.001},
        {"metric": "taken", "figure": "ack_rate", "queue": "{q}"},
    ]
    found = sampled(KIND, {"url": exporter.url, "metrics": mappings})["a"]
    assert (found.depth, found.in_flight, found.oldest_age_seconds, found.ack_rate, found.time) == (7, 2, 1.5, None, AT)


def test_a_timestamp_of_the_oldest_message_is_an_age_and_0_is_unknown(exporter: Exporter) -> None:
    exporter.text = f'oldest{{q="a"}} {AT.timestamp() - 90}\noldest{{q="b"}} 0\nsize{{q="b"}} NaN\n'
    mappings = [
        {"metric": "oldest", "figure": "oldest_age_seconds", "queue": "{q}", "reads": "timestamp"},
        {"metric": "size", "figure": "depth", "queue": "{q}"},
    ]
    with built(KIND, {"url": exporter.url, "metrics": mappings}, clock=lambda: AT) as poller:
        found = by_queue(poller.sample())
    assert (found["a"].oldest_age_seconds, found["b"].oldest_age_seconds, found["b"].depth) == (90, None, None)


def test_credentials_are_sent_and_texts_that_are_no_metrics_refused(exporter: Exporter) -> None:
    exporter.text = "<html>{not metrics\nkafka_consumergroup_lag{ = 5\n"
    settings = {"url": exporter.url, "presets": ["kafka_exporter"], "token": {"env": "TOKEN"}}
    with pytest.raises(PollFailed, match="that is no exporter's; check the path"):
        sampled(KIND, settings, {"TOKEN": "t0ken"})
    assert exporter.asked == [("/metrics", "Bearer t0ken")]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({}, "says of no metric what it means"),
        ({"metrics": [{"metric": "m", "figure": "depth", "queue": "{queue"}]}, "has a brace without a label's name"),
        ({"metrics": [{"metric": "m", "figure": "size", "queue": "q"}]}, "Input should be"),
        ({"presets": ["kafka"]}, "Input should be"),
    ],
)
def test_settings_that_cannot_work_are_refused(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        KIND.settings.model_validate({"url": "http://h/metrics"} | settings)


def test_every_preset_names_metrics_once() -> None:
    for name, mappings in PRESETS.items():
        assert len({(m.metric, m.figure) for m in mappings}) == len(mappings), name
