"""POST /v1/edi over a real server, and x12 files through the reader of watched folders."""

from __future__ import annotations

import gzip
import hashlib
import io
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import zstandard

from collector.collector import Collector
from collector.files.reader import FileContext, Unreadable
from collector.files.registry import READERS
from domain.configuration import Configuration
from store.query import Query
from store.store import Store
from tests.collector.conftest import serving
from tests.conftest import NOW
from tests.support.edi import interchange, order

X12 = {"Content-Type": "application/edi-x12"}


@pytest.fixture
def client(store: Store, configuration: Configuration) -> Iterator[httpx.Client]:
    with serving(Collector(store, configuration, clock=lambda: NOW)) as url, httpx.Client(base_url=url, timeout=60) as opened:
        yield opened


def _count(store: Store, table: str) -> int:
    return int(store.value(Query("count", f"SELECT count() FROM {table} FINAL")))


def test_an_interchange_is_counted_and_stored(client: httpx.Client, store: Store) -> None:
    answer = client.post("/v1/edi", content=interchange(order("PO-1"), order("PO-2")), headers=X12)
    assert answer.status_code == 200
    told = answer.json()
    assert (told["accepted"], told["interchanges"], told["sets"], told["failed"], told["problems"]) == (2, 1, {"850": 2}, {}, [])
    assert told["rows"]["po_lines"] == _count(store, "po_lines") == 4
    assert told["skipped_segments"] == {"850 CTT": 2}


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "zstd"])
def test_encoded_bodies(client: httpx.Client, store: Store, encoding: str) -> None:
    import zlib

    squeeze: Any = {"gzip": gzip.compress, "deflate": zlib.compress, "zstd": zstandard.compress}[encoding]
    answer = client.post("/v1/edi", content=squeeze(interchange(order())), headers=X12 | {"Content-Encoding": encoding})
    assert (answer.status_code, _count(store, "edi_documents")) == (200, 1)


def test_a_body_with_problems_that_gives_usable_sets_is_taken(client: httpx.Client, store: Store) -> None:
    body = interchange(order("PO-1"), order("PO-2")).replace(b"PO-2**20261119", b"**20261119", 1).replace(b"GE*2", b"GE*3")
    told = client.post("/v1/edi", content=body, headers=X12).json()
    assert (told["accepted"], told["failed"]) == (1, {"850": 1})
    assert [(p["code"], p["segment"], p["line"], p["set"]) for p in told["problems"]] == [
        ("missing_element", 13, 13, "0002"), ("wrong_set_count", 21, 21, ""),
    ]  # fmt: skip
    assert told["problems"][0]["byte"] == body.index(b"BEG*00*SA***")
    assert (_count(store, "edi_documents"), _count(store, "failures")) == (2, 1)


@pytest.mark.parametrize("body", [b"", b"hello", b"UNB+UNOC:3+A+B+1:1+1'", interchange(["850", "BEG*00*SA**"]), interchange()])
def test_nothing_usable_is_400_and_nothing_is_stored(client: httpx.Client, store: Store, body: bytes) -> None:
    answer = client.post("/v1/edi", content=body, headers=X12)
    assert answer.status_code == 400
    assert answer.json()["error"].startswith("Nothing in this body can be used")
    assert {_count(store, table) for table in ("edi_documents", "edi_interchanges", "failures")} == {0}


def test_direction_and_interface_from_the_address(client: httpx.Client, store: Store) -> None:
    body = interchange(order(), sender="ZZ:UNKNOWN1", receiver="ZZ:UNKNOWN2")
    assert client.post("/v1/edi?direction=out&interface=van-out", content=body, headers=X12).status_code == 200
    assert store.records(Query("q", "SELECT direction, interface_id, partner FROM edi_documents")) == [
        {"direction": "out", "interface_id": "van-out", "partner": ""}
    ]
    assert client.post("/v1/edi?interface=a%20b", content=body, headers=X12).status_code == 400
    assert client.post("/v1/edi?direction=up", content=body, headers=X12).status_code == 422
    assert client.post("/v1/edi", content=body, headers={"Content-Type": "application/json"}).status_code == 415


def test_a_repeated_body_counts_once(client: httpx.Client, store: Store) -> None:
    for _ in range(3):
        assert client.post("/v1/edi", content=interchange(order()), headers=X12).json()["accepted"] == 1
    assert (_count(store, "po_lines"), _count(store, "milestones"), _count(store, "edi_interchanges")) == (2, 1, 1)


def test_test_interchanges_leave_only_control_numbers_where_asked(store: Store, configuration: Configuration) -> None:
    quiet = configuration.model_copy(update={"edi": configuration.edi.model_copy(update={"test_data": "control_numbers"})})
    with serving(Collector(store, quiet, clock=lambda: NOW)) as url:
        assert httpx.post(f"{url}/v1/edi", content=interchange(order(), usage="T"), headers=X12).status_code == 200
    assert (_count(store, "po_lines"), _count(store, "milestones"), _count(store, "edi_documents")) == (0, 0, 1)


def test_the_reader_of_watched_folders_gives_the_same_pieces_each_time(configuration: Configuration) -> None:
    body = interchange(order("PO-1"), order("PO-2"))
    context = FileContext(configuration, hashlib.sha256(body).digest(), len(body), NOW, job="edi", source="folder:van")
    once, again = (list(READERS["x12"].read(io.BytesIO(body), "a.edi", context)) for _ in range(2))
    assert once == again
    assert sum(len(rows) for piece in once for rows in piece.values()) == 4 + 2 + 2 + 1
    with pytest.raises(Unreadable, match="EDIFACT"):
        list(READERS["x12"].read(io.BytesIO(b"UNA:+.? 'UNB+"), "b.edi", context))
    with pytest.raises(Unreadable, match="empty"):
        list(READERS["x12"].read(io.BytesIO(b""), "c.edi", context))
