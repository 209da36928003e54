"""POST /v1/queues, /v1/batches, /v1/events: rows stored, and every problem of a bad body named."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import httpx
import pytest

from collector.limits import Limits
from store.query import Query
from store.store import Store

AT = "2026-11-19T10:00:00-06:00"
IN_UTC = datetime(2026, 11, 19, 16, tzinfo=UTC)


def rows(store: Store, table: str, columns: str) -> list[dict[str, Any]]:
    return store.records(Query("test/rows", f"SELECT {columns} FROM {table} ORDER BY ALL"))


def event(type: str, data: dict[str, Any], id: str = "1", **envelope: Any) -> dict[str, Any]:
    return {"specversion": "1.0", "id": id, "source": "/erp", "type": f"supplyscope.{type}", "time": AT, "data": data} | envelope


def milestone(id: str = "1", **data: Any) -> dict[str, Any]:
    return event("milestone", {"flow": "purchase_order", "key": "P1", "milestone": "created"} | data, id)


def problems(answer: httpx.Response) -> list[tuple[str, str]]:
    assert answer.status_code == 400, answer.text
    return [(problem["path"], problem["message"]) for problem in answer.json()["problems"]]


def test_a_queue_sample_belongs_to_its_interface(client: httpx.Client, store: Store) -> None:
    answer = client.post("/v1/queues", json={"queue": "price.load", "time": AT, "depth": 3})
    assert (answer.status_code, answer.json()) == (200, {"accepted": 1})
    assert rows(store, "queue_samples", "queue, interface_id, time, depth, dead_letters") == [
        {"queue": "price.load", "interface_id": "erp-price-load", "time": IN_UTC, "depth": 3, "dead_letters": None}
    ]


def test_several_queue_samples(client: httpx.Client, store: Store) -> None:
    samples = [{"queue": f"q{i}", "time": AT, "interface_id": "i", "oldest_age_seconds": 0.5} for i in range(3)]
    assert client.post("/v1/queues", json=samples).json() == {"accepted": 3}
    assert [row["oldest_age_seconds"] for row in rows(store, "queue_samples", "oldest_age_seconds")] == [0.5] * 3


@pytest.mark.parametrize(
    ("sample", "path"),
    [
        ({"queue": "q", "time": "2026-11-19T10:00:00"}, "[0].time"),
        ({"queue": "q", "time": 1763546400}, "[0].time"),
        ({"queue": "q", "time": AT, "dept": 3}, "[0].dept"),
        ({"queue": "q", "time": AT, "depth": -1}, "[0].depth"),
        ({"queue": "q", "time": AT, "depth": "3"}, "[0].depth"),
        ({"queue": "", "time": AT}, "[0].queue"),
        ({"time": AT}, "[0].queue"),
        ({"queue": "q", "time": "1899-12-31T00:00:00Z"}, "[0].time"),
        ({"queue": "q", "time": "2299-01-01T00:00:00Z"}, "[0].time"),
    ],
)
def test_a_bad_sample_is_refused_by_path(client: httpx.Client, store: Store, sample: dict[str, Any], path: str) -> None:
    assert [place for place, _ in problems(client.post("/v1/queues", json=sample))] == [path]
    assert problems(client.post("/v1/queues", json=[{"queue": "good", "time": AT}, sample]))[0][0] == path.replace("[0]", "[1]")
    assert rows(store, "queue_samples", "queue") == []


def test_broken_json(client: httpx.Client) -> None:
    answer = client.post("/v1/queues", content=b'[{"queue": ', headers={"Content-Type": "application/json"})
    assert problems(answer)[0][0] == "body"


def test_wrong_content_type_and_size(serve_with: Callable[..., httpx.Client]) -> None:
    client = serve_with(Limits(json_body=100))
    wrong = client.post("/v1/queues", content=b"queue=1", headers={"Content-Type": "text/plain"})
    assert (wrong.status_code, "application/json" in wrong.json()["error"]) == (415, True)
    assert client.post("/v1/queues", json=[{"queue": "q" * 200}]).status_code == 413


def test_the_ingest_key_guards_json_too(serve_with: Callable[..., httpx.Client]) -> None:
    client = serve_with(ingest_key="secret")
    sample = {"queue": "q", "time": AT}
    assert client.post("/v1/queues", json=sample).status_code == 401
    assert client.post("/v1/queues", json=sample, headers={"Authorization": "Bearer secret"}).status_code == 200


def test_a_batch_run_with_rejects(client: httpx.Client, store: Store) -> None:
    run = {
        "job": "price-load", "run_id": "r1", "status": "partial", "started": AT, "finished": AT, "business_date": "2026-11-19",
        "records_expected": 10, "records_rejected": 1, "control_total_expected": "1234.50", "correlation_id": "C-1",
        "rejects": [{"line": 4, "message": "No mapping for item 40-2217 at H07", "contract_id": "MS-1"}],
    }  # fmt: skip
    assert client.post("/v1/batches", json=run).json() == {"accepted": 1}
    stored = rows(store, "batch_runs", "job, interface_id, finished, records_read, control_total_expected")
    assert stored == [
        {
            "job": "price-load", "interface_id": "erp-price-load", "finished": IN_UTC, "records_read": None,
            "control_total_expected": Decimal("1234.5"),
        }
    ]  # fmt: skip
    columns = "source, failure_class, interface_id, facility_id, item_id, contract_id, correlation_id, job, run_id, time"
    assert rows(store, "failures", columns) == [
        {
            "source": "batch", "failure_class": "item_mapping_missing", "interface_id": "erp-price-load", "facility_id": "H07",
            "item_id": "40-2217", "contract_id": "MS-1", "correlation_id": "C-1", "job": "price-load", "run_id": "r1", "time": IN_UTC,
        }
    ]  # fmt: skip


def test_a_batch_run_with_mistakes_names_each(client: httpx.Client, store: Store) -> None:
    run = {"job": "j", "run_id": "r", "status": "done", "rejects": [{"line": 1, "message": "x"}, {"lin": 2, "message": "y"}]}
    assert {place for place, _ in problems(client.post("/v1/batches", json=run))} == {
        "[0].status", "[0].rejects[1].line", "[0].rejects[1].lin",
    }  # fmt: skip
    assert rows(store, "batch_runs", "job") == []


def test_every_type_of_event(client: httpx.Client, store: Store) -> None:
    line = {
        "line": 1,
        "facility_id": "H01",
        "item_id": "I",
        "supplier_id": "S",
        "quantity": 3,
        "price": "1.25",
        "currency": "USD",
        "uom": "EA",
    }
    price = {
        "contract_id": "C",
        "item_id": "I",
        "supplier_id": "S",
        "price": 1.25,
        "currency": "USD",
        "uom": "CS",
        "pack_factor": 12,
    }
    events = [
        milestone(attributes={"country": "Haiti"}),
        event("contract_price", price | {"valid_from": AT}),
        event("po_line", line | {"purchase_order_id": "P1", "ordered": AT}),
        event("invoice_line", line | {"invoice_id": "N1", "invoiced": AT}),
        event("failure", {"interface_id": "po-to-erp", "code": "504", "message": "gateway", "purchase_order_id": "P1"}),
    ]
    answer = client.post("/v1/events", json=events, headers={"Content-Type": "application/cloudevents-batch+json"})
    assert (answer.status_code, answer.text) == (200, '{"accepted":5}')
    assert rows(store, "milestones", "key, time, source, source_id, attributes") == [
        {"key": "P1", "time": IN_UTC, "source": "event", "source_id": "/erp#1", "attributes": {"country": "Haiti"}}
    ]
    assert rows(store, "contract_prices", "price, pack_factor, valid_from, valid_to, known_from") == [
        {"price": Decimal("1.25"), "pack_factor": 12, "valid_from": IN_UTC, "valid_to": None, "known_from": IN_UTC}
    ]
    assert rows(store, "po_lines", "purchase_order_id, quantity, ordered") == [
        {"purchase_order_id": "P1", "quantity": Decimal(3), "ordered": IN_UTC}
    ]
    assert rows(store, "invoices", "invoice_id, exception, invoiced") == [
        {"invoice_id": "N1", "exception": "", "invoiced": IN_UTC}
    ]
    assert rows(store, "failures", "source, failure_class, object_type, object, interface_id, time") == [
        {
            "source": "event", "failure_class": "timeout", "object_type": "purchase_order", "object": "P1",
            "interface_id": "po-to-erp", "time": IN_UTC,
        }
    ]  # fmt: skip


def test_one_structured_event_with_extensions(client: httpx.Client, store: Store) -> None:
    one = milestone() | {"subject": "P1", "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}
    answer = client.post("/v1/events", json=one, headers={"Content-Type": "application/cloudevents+json; charset=utf-8"})
    assert (answer.status_code, answer.json()) == (200, {"accepted": 1})


def test_an_event_sent_again_counts_once(client: httpx.Client, store: Store) -> None:
    for _ in range(3):
        assert client.post("/v1/events", json=[milestone("1"), milestone("2"), milestone("1")]).status_code == 200
    assert rows(store, "milestones FINAL", "source_id") == [{"source_id": "/erp#1"}, {"source_id": "/erp#2"}]


@pytest.mark.parametrize(
    ("bad", "path", "said"),
    [
        (milestone("bad", key=""), "[1].data.key", "at least 1"),
        (milestone("bad", colour="red"), "[1].data.colour", "not permitted"),
        (milestone("bad", flow="purchase_ordre"), "[1].data.flow", "configured are contract_activation, purchase_order"),
        (milestone("bad", milestone="craeted"), "[1].data.milestone", "it has acknowledged, created, erp_posted"),
        (milestone("bad", time="2026-11-19T10:00:00"), "[1].data.time", "timezone"),
        (milestone("bad", time="1899-01-01T00:00:00Z"), "[1].data.time", "1900"),
        (milestone("bad") | {"specversion": "0.3"}, "[1].specversion", "1.0"),
        (milestone("bad") | {"time": None}, "[1].time", "give the time"),
        (milestone("bad") | {"type": "supplyscope.milestoen"}, "[1]", "supplyscope.milestone"),
    ],
)  # fmt: skip
def test_a_bad_event_is_named_and_nothing_stored(
    client: httpx.Client, store: Store, bad: dict[str, Any], path: str, said: str
) -> None:
    answer = client.post("/v1/events", json=[milestone("good"), bad])
    ((place, message),) = problems(answer)
    assert (place, said in message) == (path, True), message
    assert answer.json()["problems"][0]["event_id"] == "bad"
    assert answer.json()["error"].startswith(f"event bad: {path}")
    assert rows(store, "milestones", "key") == []


def test_a_time_in_1948_is_kept(client: httpx.Client, store: Store) -> None:
    assert client.post("/v1/events", json=milestone(time="1948-03-01T00:00:00Z")).status_code == 200
    store.command("OPTIMIZE TABLE milestones FINAL")
    assert rows(store, "milestones", "time") == [{"time": datetime(1948, 3, 1, tzinfo=UTC)}]


def test_requests_committed_together_are_answered_apart(serve_with: Callable[..., httpx.Client], store: Store) -> None:
    client = serve_with(Limits(linger=0.3))
    bodies = [milestone(str(i), key="" if i == 3 else f"P{i}") for i in range(8)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda body: client.post("/v1/events", json=body).status_code, bodies))
    assert answers == [200] * 3 + [400] + [200] * 4
    assert len(rows(store, "milestones", "key")) == 7


def test_store_away(client: httpx.Client, store: Store) -> None:
    store.command("RENAME TABLE queue_samples TO queue_samples_away")
    answer = client.post("/v1/queues", json={"queue": "q", "time": AT})
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    store.command("RENAME TABLE queue_samples_away TO queue_samples")
    assert client.post("/v1/queues", json={"queue": "q", "time": AT}).status_code == 200


def test_a_thousand_events_in_one_request(client: httpx.Client, store: Store) -> None:
    body = json.dumps([milestone(str(i), key=f"P{i}") for i in range(1000)])
    assert client.post("/v1/events", content=body, headers={"Content-Type": "application/json"}).json() == {"accepted": 1000}
    assert len(rows(store, "milestones", "key")) == 1000
