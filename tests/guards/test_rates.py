"""Rates per key, and senders that are slow on purpose."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator

import httpx
import pytest
import uvicorn

from collector.collector import Collector
from collector.keys import Sender
from collector.limits import Limits
from collector.rates import Rates
from collector.refusals import Refused
from domain.configuration import Configuration
from domain.intake import IngestKey, IntakeLimits, Rate
from server.connections import MAX_HEADERS, bounded
from store.store import Store
from tests.collector.conftest import serving

SLOW = Limits(body_timeout=0.3, header_timeout=0.3)


def test_each_key_has_its_own_minute() -> None:
    rates = Rates(Rate(requests_per_minute=2))
    generous = Sender("b", rate=Rate(requests_per_minute=100))
    for _ in range(2):
        rates.request(Sender("a"))
    with pytest.raises(Refused) as refused:
        rates.request(Sender("a"))
    assert (refused.value.status, refused.value.reason) == (429, "rate")
    assert 1 <= (refused.value.retry_after or 0) <= 60
    for _ in range(10):
        rates.request(generous)


def test_bytes_count_and_a_body_that_can_never_fit_is_told_so() -> None:
    rates = Rates(Rate(bytes_per_minute=10 << 10))
    rates.received(Sender("a"), 9 << 10)
    with pytest.raises(Refused, match="Key a takes 10 KiB a minute"):
        rates.received(Sender("a"), 2 << 10)
    with pytest.raises(Refused) as never:
        rates.received(Sender("b"), 11 << 10)
    assert never.value.status == 413


def test_no_rate_is_no_limit() -> None:
    rates = Rates(Rate())
    for _ in range(1000):
        rates.request(Sender())
        rates.received(Sender(), 1 << 30)


def test_over_the_wire(store: Store, configuration: Configuration) -> None:
    limited = configuration.model_copy(update={"intake": IntakeLimits(rate=Rate(requests_per_minute=1))})
    sample = [{"queue": "q", "time": "2026-11-19T15:00:00Z", "depth": 1}]
    with serving(Collector(store, limited)) as base:
        assert httpx.post(f"{base}/v1/queues", json=sample).status_code == 200
        refused = httpx.post(f"{base}/v1/queues", json=sample)
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["retry-after"]) <= 60


@pytest.fixture
def port(store: Store, configuration: Configuration, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    original = uvicorn.Config.__init__
    monkeypatch.setattr(uvicorn.Config, "__init__", lambda self, *a, **k: original(self, *a, http=bounded(0.3), **k))
    with serving(Collector(store, configuration, limits=SLOW)) as base:
        yield int(base.rpartition(":")[2])


def answer(port: int, *parts: bytes, pause: float = 0.0) -> bytes:
    """Everything the server says until it closes the connection or two seconds pass."""
    with socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
        for part in parts:
            connection.sendall(part)
            time.sleep(pause)
        said = b""
        while received := connection.recv(65536):
            said += received
        return said


def test_headers_that_never_end_close_the_connection(port: int) -> None:
    assert answer(port, b"POST /v1/queues HTTP/1.1\r\nHost: x\r\n") == b""
    assert answer(port) == b""


def test_headers_dripping_in_do_not_buy_time(port: int) -> None:
    began = time.monotonic()
    with pytest.raises((BrokenPipeError, ConnectionResetError)):
        answer(port, b"GET /x HTTP/1.1\r\n", *[b"x: y\r\n"] * 30, pause=0.1)
    assert time.monotonic() - began < 3


def test_headers_without_end_are_refused(port: int) -> None:
    said = answer(port, b"GET / HTTP/1.1\r\n" + b"x: " + b"y" * (MAX_HEADERS + 10) + b"\r\n\r\n")
    assert said.startswith(b"HTTP/1.1 400")


def test_a_body_that_never_comes_is_answered_and_the_next_request_is_served(port: int) -> None:
    head = b"POST /v1/queues HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n["
    with socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
        connection.sendall(head)
        said = connection.recv(65536)
        while not said.endswith(b"}"):  # headers and body may come apart
            said += connection.recv(65536)
    assert said.startswith(b"HTTP/1.1 408")
    assert b"did not arrive within 0.3 s" in said
    fine = httpx.post(f"http://127.0.0.1:{port}/v1/queues", json=[{"queue": "q", "time": "2026-11-19T15:00:00Z", "depth": 1}])
    assert fine.status_code == 200


def test_keys_carry_their_own_rate() -> None:
    key = IngestKey(id="a", sha256="0" * 64, rate=Rate(requests_per_minute=5))
    assert key.rate is not None
    assert key.rate.requests_per_minute == 5
