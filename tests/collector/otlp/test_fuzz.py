"""Mutated bodies: each is stored whole, stored in part and told so, or refused with 4xx; never 500, never part of a refused one.

SUPPLYSCOPE_FUZZ_SECONDS=600 makes a long run of it.
"""

from __future__ import annotations

import json
import os
import random
import time
from collections.abc import Iterator
from typing import Any

import httpx
from google.protobuf import json_format

from collector.otlp.signals import FORMS
from domain.intake import Signal
from store.query import Query
from store.store import Store

_SECONDS = float(os.environ.get("SUPPLYSCOPE_FUZZ_SECONDS", "3"))
_TABLES = {Signal.TRACES: "spans", Signal.LOGS: "logs", Signal.METRICS: "metric_points"}
_PAIRS = [
    {"key": "a", "value": {"stringValue": "x" * 200}}, {"key": "b", "value": {"arrayValue": {"values": [{"intValue": "1"}, {}]}}},
    {"key": "c", "value": {"kvlistValue": {"values": [{"key": "d", "value": {"doubleValue": 0.5}}]}}}, {"key": "e", "value": {"boolValue": False}},
]  # fmt: skip
_SPAN = {"traceId": "AQIDBAUGBwgBAgMEBQYHCA==", "spanId": "AQIDBAUGBwg=", "name": "n", "kind": 2, "attributes": _PAIRS,
         "startTimeUnixNano": "1795357917666042880", "events": [{"name": "e", "attributes": _PAIRS}], "links": [
             {"traceId": "AQIDBAUGBwgBAgMEBQYHCA==", "spanId": "AQIDBAUGBwg="}]}  # fmt: skip
_POINTS = [
    {"name": "g", "gauge": {"dataPoints": [{"asInt": "3", "attributes": _PAIRS}]}},
    {"name": "h", "histogram": {"aggregationTemporality": 2, "dataPoints": [{"count": "2", "bucketCounts": ["1", "1"], "explicitBounds": [1.0]}]}},
    {"name": "x", "exponentialHistogram": {"dataPoints": [{"count": "2", "scale": 3, "positive": {"offset": 2, "bucketCounts": ["2"]}}]}},
]  # fmt: skip
_RESOURCE = {"resource": {"attributes": _PAIRS}}
_DOCUMENTS: dict[Signal, Any] = {
    Signal.TRACES: {"resourceSpans": [_RESOURCE | {"scopeSpans": [{"spans": [_SPAN, _SPAN]}]}]},
    Signal.LOGS: {"resourceLogs": [_RESOURCE | {"scopeLogs": [{"logRecords": [{"body": _PAIRS[1]["value"], "attributes": _PAIRS}]}]}]},
    Signal.METRICS: {"resourceMetrics": [_RESOURCE | {"scopeMetrics": [{"metrics": _POINTS}]}]},
}  # fmt: skip


def _mutated(chance: random.Random) -> Iterator[tuple[Signal, bytes, str]]:
    """Signal, body and content type, one after another; each body is unlike those before."""
    seeds = []
    for signal, document in _DOCUMENTS.items():
        seeds.append(
            (signal, json_format.ParseDict(document, FORMS[signal].request()).SerializeToString(), "application/x-protobuf")
        )
        seeds.append((signal, json.dumps(document).encode(), "application/json"))
    while True:
        signal, body, content_type = chance.choice(seeds)
        octets = bytearray(body)
        for _ in range(chance.randint(1, 6)):
            place = chance.randrange(len(octets))
            what = chance.random()
            if what < 0.5:
                octets[place] = chance.randrange(256)
            elif what < 0.7:
                del octets[place : place + chance.randint(1, 20)]
            elif what < 0.9:
                octets[place:place] = bytes(chance.randrange(256) for _ in range(chance.randint(1, 8)))
            else:
                octets[place:place] = octets[place : place + chance.randint(1, 60)]
            octets = octets or bytearray(b"\0")
        yield signal, bytes(octets), content_type


def _rejected(answer: httpx.Response, signal: Signal, content_type: str) -> int:
    form = FORMS[signal]
    if content_type == "application/json":
        message = json_format.Parse(answer.content, form.response())
    else:
        message = form.response.FromString(answer.content)
    return int(getattr(message.partial_success, form.rejected))


def test_mutated_bodies(client: httpx.Client, store: Store) -> None:
    seed = random.randrange(1 << 30)
    before = dict.fromkeys(FORMS, 0)
    until = time.monotonic() + _SECONDS
    told = {"stored": 0, "refused": 0}
    for number, (signal, body, content_type) in enumerate(_mutated(random.Random(seed))):
        if time.monotonic() > until and number >= 10:
            break
        answer = client.post(f"/v1/{signal.value}", content=body, headers={"Content-Type": content_type}, timeout=120)
        found = int(store.value(Query("test/count", f"SELECT count() FROM {_TABLES[signal]}")))
        context = (seed, number, signal, content_type, body, answer.content)
        assert answer.status_code in (200, 400), context
        if answer.status_code == 400:
            assert found == before[signal], context
        else:
            _rejected(answer, signal, content_type)
        told["stored" if answer.status_code == 200 else "refused"] += 1
        before[signal] = found
    assert all(told.values()) or _SECONDS <= 3, told
