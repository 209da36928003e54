"""POST /v1/traces: what is stored, what is refused, and what is said about it."""

from __future__ import annotations

import gzip
import os
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import httpx
import pytest
from google.rpc.status_pb2 import Status  # type: ignore[import-untyped]
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest, ExportTraceServiceResponse

from collector.collector import Collector
from collector.limits import Limits
from store.query import Query
from store.store import Store
from tests.support.telemetry import span_request

NOW = datetime(2026, 11, 19, 15, tzinfo=UTC)
PROTOBUF = {"Content-Type": "application/x-protobuf"}


def body(name: str = "load price", error: str | None = None, trace_id: bytes | None = None, **attributes: str) -> bytes:
    names = {key.replace("__", "."): value for key, value in attributes.items()}
    return span_request(name, NOW, 0.5, error, trace_id or os.urandom(16), b"", "erp", names)


def two_spans(second_trace: bytes, second_span: bytes) -> bytes:
    request = ExportTraceServiceRequest.FromString(body())
    span = request.resource_spans[0].scope_spans[0].spans.add()
    span.trace_id, span.span_id, span.name = second_trace, second_span, "second"
    return request.SerializeToString()


def post(client: httpx.Client, content: bytes, **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.post("/v1/traces", content=content, headers=PROTOBUF | named)


def count(store: Store, table: str = "spans") -> int:
    return int(
        store.value(
            Query("test/count", f"SELECT count() FROM {table} FINAL" if table != "spans" else "SELECT count() FROM spans")
        )
    )


def message(answer: httpx.Response) -> str:
    assert answer.headers["content-type"] == "application/x-protobuf"
    return str(Status.FromString(answer.content).message)


def test_acknowledged_spans_are_there_at_once(client: httpx.Client, store: Store) -> None:
    answer = post(client, body(interface__id="erp-price-load"))
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/x-protobuf"
    assert ExportTraceServiceResponse.FromString(answer.content) == ExportTraceServiceResponse()
    assert count(store) == 1


@pytest.mark.parametrize(
    ("encoding", "encode"),
    [
        ("gzip", gzip.compress),
        ("deflate", zlib.compress),
        ("deflate", lambda b: zlib.compress(b, wbits=-15)),
        ("identity", bytes),
    ],
)
def test_content_encodings(client: httpx.Client, store: Store, encoding: str, encode: Callable[[bytes], bytes]) -> None:
    assert post(client, encode(body()), Content_Encoding=encoding).status_code == 200
    assert count(store) == 1


def test_an_empty_request_is_acknowledged(client: httpx.Client, store: Store) -> None:
    assert post(client, b"").status_code == 200
    assert count(store) == 0


def test_chunked_body_without_content_length(client: httpx.Client, store: Store) -> None:
    sent = body()
    answer = client.post("/v1/traces", content=iter([sent[:10], sent[10:]]), headers=PROTOBUF)
    assert answer.status_code == 200
    assert count(store) == 1


def test_the_same_body_twice_counts_once(client: httpx.Client, store: Store, collector: Collector) -> None:
    sent = body()
    assert [post(client, sent).status_code for _ in range(3)] == [200, 200, 200]
    assert post(client, gzip.compress(sent), Content_Encoding="gzip").status_code == 200
    assert count(store) == 1
    assert collector.figures().repeated == 3
    assert collector.figures().accepted["traces"] == 1


def test_the_same_body_counts_once_across_a_restart(serve_with: Callable[..., httpx.Client], store: Store) -> None:
    sent = body()
    for _ in range(2):
        assert post(serve_with(), sent).status_code == 200
    assert count(store) == 1


def test_the_same_body_twice_in_one_batch_counts_once(serve_with: Callable[..., httpx.Client], store: Store) -> None:
    client, sent = serve_with(Limits(linger=0.3)), body()
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: post(client, sent).status_code, range(4)))
    assert answers == [200] * 4
    assert count(store) == 1


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (body(trace_id=b"1" * 17), "trace_id of 17 bytes"),
        (body(trace_id=b"1" * 8), "trace_id of 8 bytes"),
        (body(trace_id=bytes(16)), "zeros only"),
        (body()[:-3], "not an OTLP span request"),
        (b"hello, this is no protobuf", "not an OTLP span request"),
    ],
    ids=["long trace id", "short trace id", "zero trace id", "truncated", "text"],
)
def test_a_bad_body_is_refused_whole(client: httpx.Client, store: Store, sent: bytes, said: str) -> None:
    answer = post(client, sent)
    assert answer.status_code == 400
    assert said in message(answer)
    assert count(store) == count(store, "request_hashes") == 0


def test_a_bad_span_among_good_ones_is_told_and_the_others_are_stored(client: httpx.Client, store: Store) -> None:
    sent = two_spans(b"1" * 16, b"12345")
    for _ in range(2):  # the answer to a repeated request says the same
        told = ExportTraceServiceResponse.FromString(post(client, sent).content).partial_success
        assert (told.rejected_spans, "Span 1 has a span_id of 5 bytes" in told.error_message) == (1, True)
    assert count(store) == 1
    answer = client.post("/v1/traces", json={"resourceSpans": [{"scopeSpans": [{"spans": [
        {"traceId": "ab" * 16, "spanId": "cd" * 8}, {"traceId": "ab" * 16, "spanId": ""}]}]}]})  # fmt: skip
    assert answer.json()["partialSuccess"]["rejectedSpans"] == "1"
    assert count(store) == 2


def test_one_bad_request_among_good_ones_is_refused_alone(serve_with: Callable[..., httpx.Client], store: Store) -> None:
    client = serve_with(Limits(linger=0.3))
    sent = [body(trace_id=b"1" * 17) if i == 5 else body() for i in range(10)]
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda each: post(client, each).status_code, sent))
    assert answers == [200] * 5 + [400] + [200] * 4
    assert count(store) == 9


@pytest.mark.parametrize(
    ("headers", "sent", "status", "said"),
    [
        ({"Content_Encoding": "br"}, body(), 415, "br"),
        ({"Content_Encoding": "gzip"}, gzip.compress(body())[:-9], 400, "ends early"),
        ({"Content_Encoding": "gzip"}, body(), 400, "damaged"),
    ],
    ids=["brotli", "truncated gzip", "not gzip"],
)
def test_refusals_before_parsing(client: httpx.Client, headers: dict[str, str], sent: bytes, status: int, said: str) -> None:
    answer = post(client, sent, **headers)
    assert (answer.status_code, said in message(answer)) == (status, True)


@pytest.mark.parametrize(("content_type", "shown"), [("text/plain", '"text/plain"'), ("", "absent")])
def test_another_content_type_is_answered_for_people(client: httpx.Client, content_type: str, shown: str) -> None:
    answer = client.post("/v1/logs", content=b"x", headers={"Content-Type": content_type})
    assert (answer.status_code, answer.headers["content-type"]) == (415, "application/json")
    assert answer.json() == {
        "code": 3, "message": f"Content-Type is {shown}; send application/x-protobuf or application/json"}  # fmt: skip


def test_too_large_a_body(serve_with: Callable[..., httpx.Client]) -> None:
    client = serve_with(Limits(body=1000))
    assert post(client, b"x" * 1001).status_code == 413
    chunked = client.post("/v1/traces", content=iter([b"x" * 600, b"x" * 600]), headers=PROTOBUF)
    assert (chunked.status_code, "limit is 1000" in message(chunked)) == (413, True)


def test_a_decompression_bomb_is_not_unpacked(serve_with: Callable[..., httpx.Client], store: Store) -> None:
    client = serve_with(Limits(inflated=1 << 20))
    bomb = gzip.compress(bytes(200 << 20), 1)
    answer = post(client, bomb, Content_Encoding="gzip")
    assert (answer.status_code, "inflates beyond" in message(answer)) == (413, True)
    assert post(client, gzip.compress(body()), Content_Encoding="gzip").status_code == 200


def test_the_ingest_key(serve_with: Callable[..., httpx.Client], store: Store) -> None:
    client = serve_with(ingest_key="öpen sesame")
    refused = post(client, body())
    assert (refused.status_code, refused.headers["www-authenticate"]) == (401, "Bearer")
    assert post(client, body(), Authorization="Bearer wrong").status_code == 401
    right = client.post("/v1/traces", content=body(), headers={**PROTOBUF, "Authorization": "Bearer öpen sesame".encode()})  # type: ignore[dict-item]
    assert right.status_code == 200
    assert count(store) == 1


def test_a_full_queue_says_when_to_come_back(serve_with: Callable[..., httpx.Client], store: Store) -> None:
    client = serve_with(Limits(waiting=300, linger=0.5, retry_after=7))
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: post(client, body()), range(8)))
    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused
    assert {answer.headers["retry-after"] for answer in refused} == {"7"}
    assert count(store) == 8 - len(refused)


def test_store_away_is_not_acknowledged(client: httpx.Client, store: Store) -> None:
    store.command("RENAME TABLE otlp_traces TO otlp_traces_away")
    sent = body()
    answer = post(client, sent)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    store.command("RENAME TABLE otlp_traces_away TO otlp_traces")
    assert post(client, sent).status_code == 200
    assert count(store) == 1


def test_a_request_that_a_view_refuses_fails_alone(client: httpx.Client, store: Store) -> None:
    store.command("CREATE TABLE broken (x UInt8) ENGINE = Null")
    store.command("CREATE MATERIALIZED VIEW breaks TO broken AS SELECT throwIf(name = 'boom')::UInt8 AS x FROM spans")
    fine = body("fine", correlation__id="C-1", interface__id="erp-price-load")
    assert (post(client, body("boom")).status_code, post(client, fine).status_code) == (400, 200)
    assert store.value(Query("test/fine", "SELECT count() FROM spans WHERE name = 'fine'")) == 1
    assert count(store, "business_keys") == 1
    assert store.value(Query("test/operations", "SELECT sum(spans) FROM operations_per_minute WHERE operation = 'fine'")) == 1


def test_a_span_with_too_many_attributes_is_told_and_the_others_are_stored(
    serve_with: Callable[..., httpx.Client], store: Store
) -> None:
    client = serve_with(Limits(attributes=3))
    request = ExportTraceServiceRequest.FromString(body("fine", a="1"))
    crowded = request.resource_spans[0].scope_spans[0].spans.add(trace_id=b"t" * 16, span_id=b"s" * 8, name="crowded")
    for number in range(4):
        crowded.attributes.add(key=str(number)).value.int_value = number
    answer = ExportTraceServiceResponse.FromString(post(client, request.SerializeToString()).content)
    assert answer.partial_success.rejected_spans == 1
    assert "has 4 attributes; at most 3 are taken" in answer.partial_success.error_message
    assert store.records(Query("test/names", "SELECT name FROM spans")) == [{"name": "fine"}]
    for number in range(4):
        request.resource_spans[0].resource.attributes.add(key=f"r{number}").value.bool_value = True
    assert post(client, request.SerializeToString()).status_code == 400


def test_extreme_values_are_stored(client: httpx.Client, store: Store) -> None:
    request = ExportTraceServiceRequest.FromString(body("", a="1"))
    span = request.resource_spans[0].scope_spans[0].spans[0]
    span.start_time_unix_nano, span.end_time_unix_nano = 2**64 - 1, 0
    span.attributes.add(key="a").value.string_value = "twice"
    span.attributes.add(key="").value.double_value = float("nan")
    span.attributes.add(key="none")
    span.attributes.add(key="deep").value.array_value.values.add().kvlist_value.values.add(key="k")
    span.events.add(time_unix_nano=2**64 - 1, name="\0")
    span.parent_span_id = b"123456789"
    span.kind = 77  # type: ignore[assignment]
    span.links.add(trace_id=b"short")
    assert post(client, request.SerializeToString()).status_code == 200
    assert count(store) == 1
    assert (
        post(client, span_request("1970", datetime(1970, 1, 1, tzinfo=UTC), 0, None, os.urandom(16), b"", "", {})).status_code
        == 200
    )
    assert count(store) == 2


def test_aliases_of_attributes(client: httpx.Client, store: Store) -> None:
    sent = span_request(
        "x",
        NOW,
        1,
        None,
        os.urandom(16),
        b"",
        "erp",
        {"clm.contract.number": "MS-7895", "x-correlation-id": "C-1", "facility.id": "H07"},
    )
    assert post(client, sent).status_code == 200
    row = store.records(Query("test/span", "SELECT contract_id, correlation_id, facility_id FROM spans"))[0]
    assert row == {"contract_id": "MS-7895", "correlation_id": "C-1", "facility_id": "H07"}
    keys = store.records(Query("test/keys", "SELECT key_type, key FROM business_keys ORDER BY key_type"))
    assert keys == [{"key_type": "contract", "key": "MS-7895"}, {"key_type": "correlation", "key": "C-1"}]


def test_milestone_rules(client: httpx.Client, store: Store) -> None:
    key = {"interface__id": "erp-price-load", "contract__id": "MS-1", "facility__id": "H07", "item__id": "40-1"}
    assert post(client, body(**key)).status_code == 200
    assert post(client, body(error="No mapping for item 40-1", **key)).status_code == 200
    assert post(client, body(**key | {"interface__id": "po-to-erp"})).status_code == 200
    found = store.records(
        Query("test/m", "SELECT flow, key, facility_id, item_id, milestone, outcome, time FROM milestones FINAL ORDER BY outcome")
    )
    assert [(row["milestone"], row["outcome"]) for row in found] == [("erp_loaded", "failed"), ("erp_loaded", "reached")]
    assert {(row["flow"], row["key"], row["facility_id"], row["item_id"]) for row in found} == {
        ("contract_activation", "MS-1", "H07", "40-1")
    }
    assert found[0]["time"] == NOW.replace(microsecond=500_000)


def test_failures_are_classified_with_the_objects_their_message_names(client: httpx.Client, store: Store) -> None:
    assert post(client, body(error="No mapping for item 40-2217 at H07", interface__id="erp-price-load")).status_code == 200
    assert post(client, body(error="what?", interface__id="erp-price-load")).status_code == 200
    found = store.records(
        Query(
            "test/f",
            "SELECT failure_class, rule, item_id, facility_id, object_type, object FROM failures FINAL ORDER BY failure_class",
        )
    )
    assert found == [
        {
            "failure_class": "item_mapping_missing", "rule": "mapping", "item_id": "40-2217", "facility_id": "H07",
            "object_type": "item", "object": "40-2217",
        },
        {"failure_class": "unclassified", "rule": "", "item_id": "", "facility_id": "", "object_type": "", "object": ""},
    ]  # fmt: skip
