"""Patients sent through every door of a whole server, accepted and refused, with a kill between: no column and no file has them."""

from __future__ import annotations

import json
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import Any

import grpc
import httpx
import pytest
from confluent_kafka import Consumer, Producer, TopicPartition

from collector.otlp.signals import FORMS
from domain.intake import Signal
from store.engine import Location
from store.query import Query
from store.store import Store
from tests.durability.test_no_phi_on_disk import MARKER as REFUSED
from tests.durability.test_no_phi_on_disk import WRONG
from tests.guards.planted import MARKERS, every_door, junit, logs, metrics, traces
from tests.helpers.running_engine import running_engine
from tests.support.network import NETWORK
from tests.support.processes import RunningServer, running, supplyscope, write_configuration

# Tables whose rows a planted body must have reached, or the search would prove nothing.
REACHED = ("spans", "logs", "metric_points", "batch_runs", "batch_rejects", "milestones", "failures", "edi_documents")
_TABLES = Query(
    "phi/tables", "SELECT name FROM system.tables WHERE database = currentDatabase() AND engine LIKE '%MergeTree' ORDER BY name"
)


TOPICS = {"otlp_spans": traces, "otlp_logs": logs, "otlp_metrics": metrics}


@pytest.fixture
def brokers() -> Iterator[str]:
    """A cluster whose topics hold patients, well-formed and not."""
    producer = Producer({"bootstrap.servers": "replaced", "test.mock.num.brokers": 1, "log_level": 0})
    for topic, make in TOPICS.items():
        producer.produce(topic, make().SerializeToString(), partition=0)
        producer.produce(topic, b"\x0a\x10" + REFUSED.encode(), partition=0)
    assert producer.flush(30) == 0
    yield ",".join(f"{broker.host}:{broker.port}" for broker in producer.list_topics(timeout=30).brokers.values())
    producer.flush(1)


def taken_from(brokers: str) -> list[int]:
    """How many messages of each topic the server is done with."""
    consumer = Consumer({"bootstrap.servers": brokers, "group.id": "supplyscope", "log_level": 0})
    found = consumer.committed([TopicPartition(topic, 0) for topic in TOPICS], timeout=30)
    consumer.close()
    return [int(place.offset) for place in found]


@pytest.fixture
def folders(tmp_path: Path, brokers: str) -> dict[str, Path]:
    made = {name: tmp_path / name for name in ("data", "tmp", "drop")}
    for folder in made.values():
        folder.mkdir()
    watched = {"id": "results", "path": str(made["drop"]), "glob": "*.xml", "reader": "junit", "job": "price-load",
               "settle": "1s", "every": "1s", "after": "delete"}  # fmt: skip
    kafka = {"id": "otel", "bootstrap_servers": brokers.split(",")}
    made["config"] = write_configuration(tmp_path / "config", NETWORK | {"watched_folders": [watched], "kafka_topics": [kafka]})
    return made


def serving(folders: dict[str, Path]) -> AbstractContextManager[RunningServer]:
    options = ("--data", str(folders["data"]), "--config", str(folders["config"]), "--port", "0", "--otlp-http-port", "0",
               "--otlp-grpc-port", "0")  # fmt: skip
    return running("serve", *options, environment={"TMPDIR": str(folders["tmp"])})


def deliver(server: RunningServer) -> None:
    """Everything through every door once, and what is wrong as well."""
    with httpx.Client(base_url=server.pages, timeout=120) as client:
        for planted in every_door():
            answer = client.post(planted.path, content=planted.body, headers=planted.headers)
            assert answer.status_code in (200, 202), (planted.path, planted.headers, answer.text)
        for path, headers, content in WRONG[:-1]:
            assert client.post(path, headers=headers, content=content).status_code in range(400, 500)
    while not (address := [line.split()[-1] for line in server.log if "OTLP over gRPC" in line]):
        time.sleep(0.02)
    with grpc.insecure_channel(address[0]) as channel:
        for kind, make in ((Signal.TRACES, traces), (Signal.LOGS, logs), (Signal.METRICS, metrics)):
            channel.unary_unary(FORMS[kind].method)(make().SerializeToString(), timeout=120)


def killed_while_sending(server: RunningServer) -> None:
    """kill -9 while four clients send what has patients in it."""

    def send() -> None:
        with suppress(httpx.HTTPError), httpx.Client(base_url=server.pages, timeout=60) as client:
            for _ in range(30):
                client.post(
                    "/v1/traces", content=traces().SerializeToString(), headers={"Content-Type": "application/x-protobuf"}
                )

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    time.sleep(1.0)
    server.process.send_signal(signal.SIGKILL)
    for thread in threads:
        thread.join()


def columns_with(store: Store, marker: str) -> list[str]:
    found = "SELECT count() FROM `{}` WHERE position(toString(tuple(*)), '{}') > 0"
    return [row["name"] for row in store.records(_TABLES) if store.value(Query("phi/found", found.format(row["name"], marker)))]


def files_with(folder: Path, marker: str) -> list[str]:
    return [str(path) for path in folder.rglob("*") if path.is_file() and marker.encode() in path.read_bytes()]


def until(done: Callable[[], bool]) -> None:
    end = time.monotonic() + 120
    while not done():
        assert time.monotonic() < end
        time.sleep(0.1)


def test_no_column_and_no_file_has_a_planted_patient(real_store: Store, folders: dict[str, Path], brokers: str) -> None:
    logged: list[str] = []
    with serving(folders) as first:
        deliver(first)
        (folders["drop"] / "claims.xml").write_text(junit())
        until(lambda: not list(folders["drop"].glob("*.xml")))
        until(lambda: taken_from(brokers) == [2, 2, 2])
        counted = httpx.get(first.pages + "/api/v1/masks", timeout=60).json()
        tried = supplyscope("masks", "--server", first.pages, "--dry-run", "--text", "MRN: 00739182", "--json")
        killed_while_sending(first)
        logged += first.log
    searched = [folders[name] for name in ("data", "tmp", "drop")]
    assert not any(marker in line for marker in (*MARKERS, REFUSED) for line in logged)
    with running_engine(folders["data"] / "clickhouse") as port:
        store = Store(Location(host="127.0.0.1", port=port))
        filled = {
            row["name"]: store.value(Query("phi/rows", f"SELECT count() FROM {row['name']}")) for row in store.records(_TABLES)
        }
        assert [name for name in REACHED if not filled[name]] == []
        assert [columns_with(store, marker) for marker in (*MARKERS, REFUSED)] == [[], [], []]
        store.close()
    assert [files_with(folder, marker) for folder in searched for marker in (*MARKERS, REFUSED)] == [[]] * 9
    _told(counted, json.loads(tried.stdout))


def _told(counted: dict[str, Any], tried: dict[str, Any]) -> None:
    """What was masked on the way in, spans and rows alike; `supplyscope masks` of a running server finds nothing that was missed."""
    assert {("patient_keys", "edi-810-in"), ("mrn", "edi-810-in"), ("mrn", "erp-price-load")} <= {
        (row["rule"], row["interface_id"]) for row in counted["masks"]
    }
    assert tried["texts"] == [{"text": "MRN: [mrn]", "rules": ["mrn"]}]
    # A masked attribute keeps its name, which is what a mask by key goes by.
    assert {row["rule"] for row in tried["masks"]} <= {"patient_keys"}
