"""Against a real ActiveMQ 5 broker with Jolokia before it, messages sent and taken over STOMP."""

from __future__ import annotations

import shutil
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from collector.queues.activemq import KIND
from collector.queues.poller import PollFailed
from tests.support.pollers import built, by_queue, sampled
from tests.support.programs import program, running
from tests.support.receivers import free_port

_PASSWORD = "s3cr3t-of-activemq"
_ENVIRONMENT = {"ACTIVEMQ_PASSWORD": _PASSWORD}
_JARS = {
    "/usr/share/activemq/lib": "activemq",
    "/usr/share/java/jolokia-core.jar": "libjolokia-core-java",
    "/usr/share/java/json-simple.jar": "libjson-simple-java",
}


@dataclass(frozen=True)
class Broker:
    stomp: int
    url: str


class Stomp:
    """As much of the protocol as sends, takes and refuses a message. https://stomp.github.io/stomp-specification-1.2.html"""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), 10)
        self._left = b""
        self._frame("CONNECT", {"accept-version": "1.2", "host": "x"})
        assert self._read().startswith("CONNECTED")

    def send(self, queue: str, count: int = 1, **headers: str) -> None:
        for n in range(count):
            self._frame("SEND", {"destination": f"/queue/{queue}", "receipt": "r", **headers}, f"PATIENT-{n}")
            assert self._read().startswith("RECEIPT")

    def take(self, queue: str, count: int) -> list[str]:
        """Acknowledgement ids of messages now in flight."""
        prefetch = {"activemq.prefetchSize": str(count)}
        self._frame("SUBSCRIBE", {"id": queue, "destination": f"/queue/{queue}", "ack": "client-individual", **prefetch})
        return [self._header("ack", self._read()) for _ in range(count)]

    def finish(self, command: str, *ids: str) -> None:
        for each in ids:
            self._frame(command, {"id": each, "receipt": "r"})
            while not self._read().startswith("RECEIPT"):  # the next message may come first
                pass

    def close(self) -> None:
        self._socket.close()

    def _frame(self, command: str, headers: dict[str, str], body: str = "") -> None:
        lines = "".join(f"{name}:{value}\n" for name, value in headers.items())
        self._socket.sendall(f"{command}\n{lines}\n{body}\0".encode())

    def _read(self) -> str:
        while b"\0" not in self._left:
            received = self._socket.recv(65536)
            assert received, "the broker closed the connection"
            self._left += received
        frame, _, self._left = self._left.partition(b"\0")
        return frame.decode().lstrip("\n")

    @staticmethod
    def _header(name: str, frame: str) -> str:
        assert frame.startswith("MESSAGE"), frame
        return next(line.partition(":")[2] for line in frame.splitlines() if line.startswith(f"{name}:"))


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    java = program("java", "default-jdk-headless")
    program("javac", "default-jdk-headless")
    for path, package in _JARS.items():
        if not Path(path).exists():
            pytest.skip(f"{path} is not installed (Debian package {package})")
    folder, stomp, http = tmp_path_factory.mktemp("activemq"), free_port(), free_port()
    # Java runs a source file under its own name.
    source = shutil.copy(Path(__file__).with_name("BrokerWithJolokia.java"), folder)
    jars = ":".join(f"{path}/*" if Path(path).is_dir() else path for path in _JARS)
    command = [
        java,
        "-XX:TieredStopAtLevel=1",
        "-Xmx192m",
        "-cp",
        jars,
        str(source),
        str(stomp),
        str(http),
        _PASSWORD,
        str(folder),
    ]
    with running(command, folder, http):
        yield Broker(stomp, f"http://127.0.0.1:{http}/api/jolokia")


@contextmanager
def _stomp(broker: Broker) -> Iterator[Stomp]:
    client = Stomp(broker.stomp)
    try:
        yield client
    finally:
        client.close()


def _settings(broker: Broker, **more: object) -> dict[str, object]:
    return {"url": broker.url, "username": "watcher", "password": {"env": "ACTIVEMQ_PASSWORD"}, **more}


def test_no_queue_yet(broker: Broker) -> None:
    """Runs first: the broker makes queues when they are used."""
    assert sampled(KIND, _settings(broker), _ENVIRONMENT) == {}


def test_a_queue_filling_and_draining(broker: Broker) -> None:
    with built(KIND, _settings(broker, queues=["price.*"]), _ENVIRONMENT) as poller, _stomp(broker) as client:
        client.send("price.load", 2)
        first = by_queue(poller.sample())["price.load"]
        client.send("price.load", 3)
        taken = client.take("price.load", 2)
        time.sleep(1.1)
        filled = by_queue(poller.sample())["price.load"]
        client.finish("ACK", *taken)
        acknowledged = by_queue(poller.sample())["price.load"]
    assert (first.depth, first.in_flight, first.consumers, first.publish_rate) == (2, 0, 0, None)
    assert (filled.depth, filled.in_flight, filled.consumers) == (3, 2, 1)
    assert filled.oldest_age_seconds is not None and 0 < filled.oldest_age_seconds < 60
    assert filled.publish_rate is not None and 0 < filled.publish_rate <= 3
    assert acknowledged.ack_rate is not None and acknowledged.ack_rate > 0
    assert filled.dead_letters is None  # this queue's would be among all others' in ActiveMQ.DLQ


def test_the_age_is_that_of_the_first_message(broker: Broker) -> None:
    with _stomp(broker) as client:
        client.send("aged")
        time.sleep(2.1)
        client.send("aged")
    reading = sampled(KIND, _settings(broker, queues=["aged"]), _ENVIRONMENT)["aged"]
    assert reading.oldest_age_seconds is not None and 1.0 <= reading.oldest_age_seconds < 60
    without = sampled(KIND, _settings(broker, queues=["aged"], oldest=False), _ENVIRONMENT)["aged"]
    assert (without.depth, without.oldest_age_seconds) == (2, None)


def test_an_emptied_queue(broker: Broker) -> None:
    with _stomp(broker) as client:
        client.send("emptied", 2)
        client.finish("ACK", *client.take("emptied", 2))
        reading = sampled(KIND, _settings(broker, queues=["emptied"]), _ENVIRONMENT)["emptied"]
    assert (reading.depth, reading.in_flight, reading.oldest_age_seconds) == (0, 0, 0)


def test_dead_letters_of_a_queue_with_its_own_dead_letter_queue(broker: Broker) -> None:
    with _stomp(broker) as client:
        client.send("own.invoices", 3, persistent="true")
        client.finish("NACK", *client.take("own.invoices", 2))
    found = sampled(KIND, _settings(broker, queues=["*own.*"]), _ENVIRONMENT)
    assert set(found) == {"own.invoices"}
    assert (found["own.invoices"].depth, found["own.invoices"].dead_letters) == (1, 2)


def test_the_shared_dead_letter_queue_is_a_queue_of_dead_letters(broker: Broker) -> None:
    with _stomp(broker) as client:
        client.send("shared", 2, persistent="true")
        client.finish("NACK", *client.take("shared", 1))
    found = sampled(KIND, _settings(broker, queues=["shared", "ActiveMQ.DLQ"]), _ENVIRONMENT)
    assert (found["ActiveMQ.DLQ"].depth, found["ActiveMQ.DLQ"].dead_letters) == (1, 1)
    assert (found["shared"].depth, found["shared"].dead_letters) == (1, None)


def test_names_with_hostile_characters(broker: Broker) -> None:
    names = ["with space", "a/b", "colon:inside", "equals=sign", "ünïcode", 'quo"te', "star*"]
    with _stomp(broker) as client:
        for name in names:
            client.send(name.replace(":", r"\c"))
    found = sampled(KIND, _settings(broker), _ENVIRONMENT)
    assert set(names) <= set(found)
    assert all(found[name].depth == 1 and found[name].oldest_age_seconds is not None for name in names)


def test_a_broker_of_another_name(broker: Broker) -> None:
    assert sampled(KIND, _settings(broker, broker_name="procurement", queues=["nothing"]), _ENVIRONMENT) == {}
    with pytest.raises(PollFailed, match=r"404.*check broker_name and flavour"):
        sampled(KIND, _settings(broker, broker_name="other"), _ENVIRONMENT)
    with pytest.raises(PollFailed, match=r"404.*check broker_name and flavour"):
        sampled(KIND, _settings(broker, flavour="artemis"), _ENVIRONMENT)


def test_wrong_password(broker: Broker) -> None:
    with pytest.raises(PollFailed, match="401 Unauthorized; check the credentials") as failed:
        sampled(KIND, _settings(broker), {"ACTIVEMQ_PASSWORD": "wr0ng-one"})
    assert "wr0ng-one" not in str(failed.value)


def test_an_origin_that_is_not_allowed(broker: Broker) -> None:
    with pytest.raises(PollFailed, match=r"403.*under origin"):
        sampled(KIND, _settings(broker, origin="http://elsewhere.example.org"), _ENVIRONMENT)


def test_another_address_of_the_same_server(broker: Broker) -> None:
    with pytest.raises(PollFailed, match=r"404.*check the address"):
        sampled(KIND, _settings(broker) | {"url": broker.url.removesuffix("/api/jolokia")}, _ENVIRONMENT)
