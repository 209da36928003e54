"""Arrays, key-value lists and bytes at any depth, everywhere a value may be: nothing is lost, and JSON says the same as protobuf."""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Iterator
from typing import Any

import httpx
import orjson
from google.protobuf import json_format
from hypothesis import given, settings
from hypothesis import strategies as st
from opentelemetry.proto.common.v1.common_pb2 import AnyValue

from collector.otlp import nested
from collector.otlp.request import check
from collector.otlp.signals import FORMS
from domain.intake import Signal
from store.store import Store
from tests.support import otlp_decode
from tests.support.otlp_stored import comparable, stored

SCALARS = st.one_of(
    st.builds(lambda v: {"stringValue": v}, st.text(max_size=200)),
    st.builds(lambda v: {"boolValue": v}, st.booleans()),
    st.builds(lambda v: {"intValue": str(v)}, st.integers(-(2**63), 2**63 - 1)),
    st.builds(lambda v: {"doubleValue": v}, st.floats(allow_nan=False, allow_infinity=False)),
    st.sampled_from([{"doubleValue": "NaN"}, {"doubleValue": "-Infinity"}, {}]),
    st.builds(lambda v: {"bytesValue": base64.b64encode(v).decode()}, st.binary(max_size=300)),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.builds(lambda v: {"arrayValue": {"values": v}}, st.lists(inner, max_size=4)),
        st.builds(
            lambda v: {"kvlistValue": {"values": [{"key": key, "value": value} for key, value in v.items()]}},
            st.dictionaries(st.text(max_size=40), inner, max_size=4),
        ),
    ),
    max_leaves=12,
)
PAIRS = st.dictionaries(st.text(min_size=1, max_size=20), VALUES, max_size=4).map(
    lambda found: [{"key": key, "value": value} for key, value in found.items()]
)
POINT = st.fixed_dictionaries({"asInt": st.just("1"), "attributes": PAIRS, "exemplars": st.just([])}) | st.fixed_dictionaries(
    {
        "asDouble": st.just(0.5),
        "exemplars": st.lists(st.fixed_dictionaries({"asInt": st.just("2"), "filteredAttributes": PAIRS}), max_size=2),
    }
)


def _request(group: str, scope: str, record: st.SearchStrategy[Any], name: str) -> st.SearchStrategy[Any]:
    return st.builds(
        lambda resource, scoped, records: {
            group: [{"resource": {"attributes": resource}, scope: [{"scope": {"attributes": scoped}, name: records}]}]
        },
        PAIRS,
        PAIRS,
        st.lists(record, min_size=1, max_size=3),
    )


_IDS = {"traceId": st.just("11" * 16), "spanId": st.just("22" * 8)}
_PART = {"attributes": PAIRS}
REQUESTS = {
    Signal.TRACES: _request(
        "resourceSpans",
        "scopeSpans",
        st.fixed_dictionaries(
            _IDS | {"attributes": PAIRS, "events": st.lists(st.fixed_dictionaries(_PART), max_size=2), "links": st.lists(st.fixed_dictionaries(_IDS | _PART), max_size=2)}
        ),
        "spans",
    ),
    Signal.LOGS: _request("resourceLogs", "scopeLogs", st.fixed_dictionaries({"body": VALUES, "attributes": PAIRS}), "logRecords"),
    Signal.METRICS: _request(
        "resourceMetrics",
        "scopeMetrics",
        st.builds(lambda points, meta: {"name": "m", "gauge": {"dataPoints": points}, "metadata": meta}, st.lists(POINT, max_size=2), PAIRS),
        "metrics",
    ),
}  # fmt: skip
SIGNALS = st.sampled_from(list(FORMS))
DRAWN = SIGNALS.flatmap(lambda signal: st.tuples(st.just(signal), REQUESTS[signal]))


def protobuf(signal: Signal, document: Any) -> Any:
    """The request by the official JSON parser, which has ids as base64."""
    text = json.dumps(document)
    for name in ("11" * 16, "22" * 8):
        text = text.replace(f'"{name}"', json.dumps(base64.b64encode(bytes.fromhex(name)).decode()))
    return json_format.Parse(text, FORMS[signal].request())


def rewritten(signal: Signal, framed: bytes) -> Any:
    start = next(i for i, octet in enumerate(framed) if octet < 128) + 1
    return FORMS[signal].request.FromString(framed[start:])


def values(signal: Signal, message: Any) -> Iterator[Any]:
    return nested._values(FORMS[signal], message)


@settings(max_examples=120, deadline=None)
@given(DRAWN)
def test_every_value_is_rewritten_as_its_independent_decode(drawn: tuple[Signal, Any]) -> None:
    signal, document = drawn
    original = protobuf(signal, document)
    for request in (check(original.SerializeToString(), 1, signal), check(json.dumps(document).encode(), 1, signal, json=True)):
        found = list(values(signal, rewritten(signal, request.framed)))
        expected = list(values(signal, original))
        assert len(found) == len(expected)
        for value, before in zip(found, expected, strict=True):
            told = json_format.MessageToDict(before)
            kind = otlp_decode.type_of(told)
            if kind in (5, 6):
                assert same(json.loads(value.string_value), otlp_decode.plain(told))
                canonical = orjson.dumps(orjson.loads(value.string_value), option=orjson.OPT_SORT_KEYS)
                assert value.string_value.encode() == canonical
            elif kind == 7:
                assert value.string_value == told["bytesValue"]
            else:
                assert otlp_decode.text(json_format.MessageToDict(value)) == otlp_decode.text(told) or "NaN" in str(told)
            assert nested._kind(value) == (bytes((kind,)) if kind in (5, 6, 7) else b"")


def same(left: Any, right: Any) -> bool:
    if isinstance(left, float) or isinstance(right, float):
        return type(left) is type(right) and (left == right or (math.isnan(left) and math.isnan(right)))
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    return type(left) is type(right) and left == right


def test_no_candidate_where_there_is_none() -> None:
    document = {"resourceSpans": [{"scopeSpans": [{"spans": [{"traceId": "11" * 16, "spanId": "22" * 8, "attributes": [
        {"key": f"k{n}", "value": {"stringValue": "*2:" * n}} for n in range(100)]}]}]}]}  # fmt: skip
    body = protobuf(Signal.TRACES, document).SerializeToString()
    assert nested.candidates(body, 0x12) == []
    assert check(body, 1).framed[2 : 2 + len(body)] == body or body in check(body, 1).framed


def test_a_padded_length_is_seen() -> None:
    value = AnyValue()
    value.array_value.values.add(int_value=5)
    inner = value.SerializeToString()
    padded = b"\x12" + bytes((len(inner) | 0x80, 0x80, 0)) + inner
    assert len(nested.candidates(padded + bytes(10), 0x12)) == len(nested.candidates(padded, 0x12)) == 1


def test_stored_with_their_types(client: httpx.Client, store: Store) -> None:
    deep: Any = {"stringValue": "bottom ✓"}
    for level in range(15):
        deep = {"arrayValue": {"values": [deep, {"intValue": str(level)}, {"doubleValue": 2.0}]}} if level % 2 else {
            "kvlistValue": {"values": [{"key": f"é{level}", "value": deep}, {"key": "none", "value": {}}]}}  # fmt: skip
    pairs = [
        {"key": "deep", "value": deep}, {"key": "bytes", "value": {"bytesValue": "AP8="}}, {"key": "empty", "value": {"stringValue": ""}},
        {"key": "zero", "value": {"intValue": 0}}, {"key": "no", "value": {"boolValue": False}}, {"key": "absent", "value": {}},
        {"key": "list", "value": {"arrayValue": {}}}, {"key": "map", "value": {"kvlistValue": {}}}, {"key": "half", "value": {"doubleValue": 0.5}},
    ]  # fmt: skip
    shared = {"resource": {"attributes": pairs}}
    ids = {"traceId": "11" * 16, "spanId": "22" * 8, "attributes": pairs}
    documents = {
        "traces": {"resourceSpans": [shared | {"scopeSpans": [{"scope": {"attributes": pairs}, "spans": [
            ids | {"events": [{"name": "e", "attributes": pairs}], "links": [ids]}]}]}]},
        "logs": {"resourceLogs": [shared | {"scopeLogs": [{"logRecords": [{"body": deep, "attributes": pairs}]}]}]},
        "metrics": {"resourceMetrics": [shared | {"scopeMetrics": [{"metrics": [{"name": "m", "metadata": [pairs[0]], "sum": {
            "aggregationTemporality": 2, "isMonotonic": True, "dataPoints": [
                {"asInt": "9007199254740993", "attributes": pairs, "exemplars": [{"asInt": "3", "filteredAttributes": pairs}]}]}}]}]}]},
    }  # fmt: skip
    for signal, document in documents.items():
        sent = protobuf(Signal(signal), document).SerializeToString()
        assert client.post(f"/v1/{signal}", content=sent, headers={"Content-Type": "application/x-protobuf"}).status_code == 200
        assert client.post(f"/v1/{signal}", json=document).json() == {}
        expected = otlp_decode.from_protobuf(signal, sent)
        assert comparable(stored(store, signal)) == comparable(
            [*expected, *otlp_decode.from_json(signal, json.dumps(document).encode())]
        )
