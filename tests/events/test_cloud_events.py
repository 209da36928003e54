"""CloudEvents in every mode over HTTP, of our own types and of mapped ones."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from collector.events.data import ContractPriceData, FailureData, InvoiceLineData, MilestoneData, PurchaseOrderLineData
from domain.event_mappings import TARGETS
from tests.events.conftest import Read

AT = "2026-11-19T10:00:00-06:00"
LINES = [
    {"no": 10, "sku": 4711, "qty": "1.000,5", "uom": "Stk", "price": "12,50"},
    {"no": "20", "sku": "B-2", "qty": "3", "uom": "EA", "price": "0,99"},
]


def own(**changes: Any) -> dict[str, Any]:
    data = {"flow": "purchase_order", "key": "P1", "milestone": "created"}
    return {
        "specversion": "1.0",
        "id": "1",
        "source": "/erp",
        "type": "supplyscope.milestone",
        "time": AT,
        "data": data,
    } | changes


def order(**changes: Any) -> dict[str, Any]:
    data = {"number": "450001", "at": "2026-11-19T10:00:00", "plant": "h01", "lines": LINES}
    return {"specversion": "1.0", "id": "e1", "source": "/erp/100", "type": "com.acme.order.created", "data": data} | changes


def changed(event: dict[str, Any], **data: Any) -> dict[str, Any]:
    return event | {"data": event["data"] | data}


def binary(client: httpx.Client, event: dict[str, Any], content_type: str | None = "application/json") -> httpx.Response:
    headers = {f"ce-{name}": quote(str(value), safe=" /:.-") for name, value in event.items() if name != "data"}
    headers |= {"content-type": content_type} if content_type else {}
    return client.post("/v1/events", content=json.dumps(event["data"]).encode(), headers=headers)


def structured(client: httpx.Client, event: Any) -> httpx.Response:
    kind = "application/cloudevents-batch+json" if isinstance(event, list) else "application/cloudevents+json"
    return client.post("/v1/events", content=json.dumps(event).encode(), headers={"content-type": kind})


def problems(answer: httpx.Response) -> list[tuple[str, str, str]]:
    assert answer.status_code == 400, answer.text
    return [(p.get("event_id", ""), p["path"], p["message"]) for p in answer.json()["problems"]]


def test_the_same_event_in_every_mode_counts_once(client: httpx.Client, read: Read) -> None:
    encoded = base64.b64encode(json.dumps(own()["data"]).encode()).decode()
    in_base64 = {name: value for name, value in own().items() if name != "data"} | {"data_base64": encoded}
    answers = [
        structured(client, own()), structured(client, [own(), own()]), structured(client, in_base64), binary(client, own()),
        binary(client, own(), "application/vnd.acme+json; charset=UTF-8"), binary(client, own(), None),
        client.post("/v1/events", json=own()),
    ]  # fmt: skip
    assert [answer.status_code for answer in answers] == [200] * 7
    [row] = read("milestones FINAL", "key, milestone, source_id, time")
    assert row == {"key": "P1", "milestone": "created", "source_id": "/erp#1", "time": datetime(2026, 11, 19, 16, tzinfo=UTC)}


def test_headers_are_percent_decoded(client: httpx.Client, read: Read) -> None:
    answer = binary(client, own(id="Zürich 100%", source="/€/x", correlationid='a"b'))
    assert answer.status_code == 200, answer.text
    [row] = read("milestones FINAL", "source_id, correlation_id")
    assert row == {"source_id": "/€/x#Zürich 100%", "correlation_id": 'a"b'}


@pytest.mark.parametrize(
    ("headers", "body", "status", "why"),
    [
        ({"content-type": "application/cloudevents+avro"}, b"", 415, "event format"),
        ({"content-type": "text/plain"}, b"{}", 415, "ce-specversion"),
        ({"content-type": "application/json; charset=latin-1"}, b"{}", 415, "charset latin-1"),
        ({"ce-specversion": "1.0", "ce-id": "%FF"}, b"", 400, "ce-id is not percent-encoded"),
        ({"ce-specversion": "1.0", "ce-my_own": "1"}, b"", 400, "ce-my_own is no attribute"),
        ({"ce-specversion": "1.0", "content-type": "application/json"}, b"{", 400, "data is not JSON"),
        ({"ce-specversion": "1.0"}, b"[" * 100_000, 400, "data is not JSON"),
        ({"ce-specversion": "0.3", "ce-id": "1", "ce-source": "s", "ce-type": "t"}, b"", 400, "only CloudEvents 1.0 is read"),
        ({"ce-specversion": "1.0", "ce-source": "s", "ce-type": "t"}, b"", 400, "give the event's id"),
    ],
)
def test_requests_that_are_no_event(
    client: httpx.Client, read: Read, headers: dict[str, str], body: bytes, status: int, why: str
) -> None:
    answer = client.post("/v1/events", content=body, headers=headers)
    assert answer.status_code == status, answer.text
    assert why in answer.json()["error"]


def test_a_foreign_event_makes_rows_of_every_mapping_that_fits(client: httpx.Client, read: Read) -> None:
    event = order(correlationid="c-9", partitionkey="p7", traceparent="00-0af7-b7ad-01")
    for _ in range(2):
        assert structured(client, event).json() == {"accepted": 3}
    assert binary(client, event).json() == {"accepted": 3}
    [row] = read(
        "milestones FINAL", "flow, key, milestone, time, facility_id, supplier_id, correlation_id, attributes, source_id"
    )
    assert row == {
        "flow": "purchase_order", "key": "450001", "milestone": "created", "time": datetime(2026, 11, 19, 16, tzinfo=UTC),
        "facility_id": "H01", "supplier_id": "unknown", "correlation_id": "c-9",
        "attributes": {"partition": "p7", "trace": "00-0af7-b7ad-01"}, "source_id": "/erp/100#e1/order/0",
    }  # fmt: skip
    assert read("po_lines FINAL", "line, item_id, quantity, uom, price, source_id") == [
        {"line": 10, "item_id": "4711", "quantity": Decimal("1000.5"), "uom": "EA", "price": Decimal("12.5"), "source_id": "/erp/100#e1/order-lines/0"},
        {"line": 20, "item_id": "B-2", "quantity": Decimal(3), "uom": "EA", "price": Decimal("0.99"), "source_id": "/erp/100#e1/order-lines/1"},
    ]  # fmt: skip


def test_paths_to_several_values_make_several_rows(client: httpx.Client, read: Read) -> None:
    items = [{"id": f"I{n}", "price": n + 0.25} for n in range(3)]
    event = order(
        type="gpo.price", source="urn:gpo", subject="MS-1", data={"items": items, "from": "01.12.2026", "sent": 1763546400000}
    )
    assert structured(client, event).json() == {"accepted": 3}
    assert [(row["item_id"], row["price"]) for row in read("contract_prices FINAL", "item_id, price")] == [
        (f"I{n}", Decimal(f"{n}.25")) for n in range(3)
    ]
    [times] = read("contract_prices FINAL", "DISTINCT valid_from, known_from")
    assert times == {"valid_from": datetime(2026, 12, 1, tzinfo=UTC), "known_from": datetime(2025, 11, 19, 10, tzinfo=UTC)}
    del items[1]["price"]
    assert problems(structured(client, event | {"id": "e2"})) == [
        ("e2", "[0].data.items[*].price", "item_id finds 3, price finds 2 values; paths to several must find equally many, "
         "or use each (event_mappings[prices])"),
    ]  # fmt: skip


def test_several_failures_of_one_event_are_several(client: httpx.Client, read: Read) -> None:
    event = order(type="ap.invoice.refused", time=AT, data={"invoice": "R1", "reasons": [{"text": "no PO"}, {"text": "price"}]})
    for _ in range(2):
        assert structured(client, event).json() == {"accepted": 2}
    assert [row["message"] for row in read("failures FINAL", "message")] == ["no PO", "price"]


@pytest.mark.parametrize(
    ("event", "path", "why"),
    [
        (changed(order(), number=None), "[1].data.number", "key finds nothing, and milestone needs it"),
        (changed(order(), number={"a": 1}), "[1].data.number", "key is an object or a list"),
        (changed(order(), at="yesterday"), "[1].data.at", "time is not a time in iso"),
        (changed(order(), lines=[]), "[1].data.lines", "each finds no entry"),
        (changed(order(), lines=[LINES[0], {**LINES[1], "uom": "KAR"}]), "[1].data.lines[1].uom", "uom is not among the values"),
        (changed(order(), lines=[LINES[0], {**LINES[1], "price": "x"}]), "[1].data.lines[1].price", "price: Input should be a valid decimal"),
        (changed(order(), lines=[{**LINES[0], "no": -1}]), "[1].data.lines[0].no", "line is not a whole number"),
        (changed(order(), lines=[{k: v for k, v in LINES[0].items() if k != "sku"}]), "[1].data.lines[0].sku", "item_id finds nothing"),
        (order(type="com.acme.order.closed"), "[1].type", "milestone is not among the values of the mapping"),
        (order(type="com.acme.goods"), "[1].type", "no event mapping fits this type from source /erp/100; read are supplyscope.milestone"),
        (order(specversion="0.3"), "[1].specversion", "only CloudEvents 1.0 is read"),
        (order(data_base64="e30="), "[1].data_base64", "not both"),
        (own(data_base64="!", data=None), "[1].data_base64", "not both"),
        ({**{k: v for k, v in own().items() if k != "data"}, "data_base64": "!"}, "[1].data_base64", "is not base64"),
        (own(data={"flow": "purchase_order", "key": "P", "milestone": "made"}), "[1].data.milestone", "has no such milestone"),
    ],
)  # fmt: skip
def test_a_bad_event_is_named_by_id_and_path_and_nothing_is_stored(
    client: httpx.Client, read: Read, event: dict[str, Any], path: str, why: str
) -> None:
    found = problems(structured(client, [order(id="good"), event | {"id": "bad"}]))
    assert ("bad", path) in [(id, where) for id, where, _ in found], found
    assert any(why in message for _, where, message in found if where == path), found
    assert read("milestones") == read("po_lines") == []


def test_a_time_without_zone_needs_one_in_the_mapping(client: httpx.Client) -> None:
    event = order(type="ap.invoice.refused", time="2026-11-19T10:00:00", data={"invoice": "R1", "reasons": [{"text": "x"}]})
    [(id, path, message)] = problems(structured(client, event))
    assert (id, path) == ("e1", "[0].time")
    assert "timezone" in message


def test_the_mapping_knows_the_fields_of_every_target() -> None:
    models = {
        "milestone": MilestoneData, "contract_price": ContractPriceData, "po_line": PurchaseOrderLineData,
        "invoice_line": InvoiceLineData, "failure": FailureData,
    }  # fmt: skip
    for target, fields in TARGETS.items():
        model = models[target].model_fields
        assert set(fields) == set(model) - {"attributes"}
        assert {name for name, field in fields.items() if field.required} == {
            name for name, field in model.items() if field.is_required()
        }


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6)
    | st.sampled_from(["1.0", AT, "com.acme.order.created", "gpo.price", "supplyscope.milestone", "e30=", "450001", LINES]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["number", "at", "plant", "lines", "items", "id", "price", "from", "sent", "reasons", "text"]), inner, max_size=5),
    max_leaves=10,
)  # fmt: skip
EVENTS = st.dictionaries(
    st.sampled_from(["specversion", "id", "source", "type", "time", "data", "data_base64", "datacontenttype", "subject", "correlationid"]),
    VALUES, max_size=10,
)  # fmt: skip


def test_any_event_is_stored_whole_or_refused(client: httpx.Client, read: Read) -> None:
    stored = "SELECT 1 FROM milestones UNION ALL SELECT 1 FROM po_lines UNION ALL SELECT 1 FROM contract_prices UNION ALL SELECT 1 FROM failures"

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(
        event=EVENTS, base=st.sampled_from([{}, order(), own(), {**order(), "type": "gpo.price"}]),
        headers=st.dictionaries(st.sampled_from(["ce-specversion", "ce-id", "ce-type", "ce-source", "content-type", "ce-x"]),
                                st.sampled_from(["1.0", "application/json", "application/cloudevents+json", "text/xml", "%zz", '"a', "gpo.price"])),
        batch=st.integers(0, 2),
    )  # fmt: skip
    def send(event: dict[str, Any], base: dict[str, Any], headers: dict[str, str], batch: int) -> None:
        before = read(f"({stored})", "count() AS n")[0]["n"]
        body: Any = base | event
        answer = client.post("/v1/events", content=json.dumps([body] * batch if batch else body), headers=headers)
        assert answer.status_code in (200, 400, 415), answer.text
        if answer.status_code != 200:
            assert read(f"({stored})", "count() AS n")[0]["n"] == before
        else:
            assert answer.json()["accepted"] >= 0

    send()
