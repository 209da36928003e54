"""Every body captured from real exporters, over its own transport: what is stored equals an independent decode."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import grpc
import httpx

from collector.otlp.signals import FORMS
from domain.intake import Signal
from store.store import Store
from tests.support import otlp_decode
from tests.support.otlp_stored import comparable, stored

_BODIES = 45


def _signal(capture: Path) -> Signal:
    return next(signal for signal in FORMS if f"_{signal.value}_" in capture.name)


def _send(capture: Path, client: httpx.Client, channel: grpc.Channel) -> None:
    sent, signal = capture.read_bytes(), _signal(capture)
    if "_grpc_" in capture.name:
        answer = channel.unary_unary(FORMS[signal].method)(sent, timeout=30)
        assert answer == b"", capture.name
        return
    headers = {"Content-Type": "application/json" if capture.suffix == ".json" else "application/x-protobuf"}
    if capture.suffix == ".gz":
        headers["Content-Encoding"] = "gzip"
    response = client.post(f"/v1/{signal.value}", content=sent, headers=headers)
    assert (response.status_code, response.headers["content-type"]) == (200, headers["Content-Type"]), capture.name
    assert response.content == (b"{}" if capture.suffix == ".json" else b""), capture.name


def _decoded(capture: Path) -> tuple[str, list[dict[str, Any]]]:
    body, signal = capture.read_bytes(), _signal(capture).value
    if capture.suffix == ".json":
        return signal, otlp_decode.from_json(signal, body)
    return signal, otlp_decode.from_protobuf(signal, gzip.decompress(body) if capture.suffix == ".gz" else body)


def test_every_capture(shared_data: Path, client: httpx.Client, channel: grpc.Channel, store: Store) -> None:
    captures = sorted(p for p in (shared_data / "otlp_captures").iterdir() if not p.name.endswith(".headers.json"))
    assert len(captures) == _BODIES
    expected: dict[str, list[dict[str, Any]]] = {signal.value: [] for signal in FORMS}
    for capture in captures:
        _send(capture, client, channel)
        signal, rows = _decoded(capture)
        expected[signal] += rows
    for signal, rows in expected.items():
        assert len(rows) > 0
        assert comparable(stored(store, signal)) == comparable(rows), signal
