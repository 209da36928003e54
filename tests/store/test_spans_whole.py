"""A span is kept whole: types, resource, scope, events, links; what masks find is not stored anywhere."""

from __future__ import annotations

import hashlib

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from store.query import Query
from store.store import Store
from tests.conftest import NOW
from tests.support.telemetry import framed

SECRETS = ("123-45-6789", "Ann Doe", "ann.doe@example.org", "7654321")


def _request() -> ExportTraceServiceRequest:
    request = ExportTraceServiceRequest()
    group = request.resource_spans.add(schema_url="https://example.org/resource")
    group.resource.attributes.add(key="service.name").value.string_value = "erp"
    group.resource.attributes.add(key="contract.id").value.string_value = "K-7"
    group.resource.attributes.add(key="process.pid").value.int_value = 17
    scope = group.scope_spans.add()
    scope.scope.name, scope.scope.version = "tracer", "1.2"
    span = scope.spans.add(trace_id=b"t" * 16, span_id=b"s" * 8, name="load", trace_state="a=b", flags=257)
    span.start_time_unix_nano = span.end_time_unix_nano = int(NOW.timestamp()) * 10**9
    span.dropped_attributes_count, span.dropped_events_count, span.dropped_links_count = 1, 2, 3
    span.attributes.add(key="zero").value.int_value = 0
    span.attributes.add(key="no").value.bool_value = False
    span.attributes.add(key="half").value.double_value = 0.5
    span.attributes.add(key="empty").value.string_value = ""
    span.attributes.add(key="none")
    span.attributes.add(key="item.id").value.string_value = "123-45-6789-item"
    span.attributes.add(key="note").value.string_value = "ssn 123-45-6789"
    span.attributes.add(key="patient.name").value.string_value = "Ann Doe"
    span.status.code, span.status.message = 2, "mrn 7654321 refused"  # type: ignore[assignment]
    event = span.events.add(
        time_unix_nano=span.start_time_unix_nano, name="mail to ann.doe@example.org", dropped_attributes_count=4
    )
    event.attributes.add(key="patient.name").value.string_value = "Ann Doe"
    event.attributes.add(key="count").value.int_value = 2
    link = span.links.add(trace_id=b"l" * 16, span_id=b"k" * 8, trace_state="c=d", flags=1, dropped_attributes_count=5)
    link.attributes.add(key="why").value.bool_value = True
    return request


def _stored(store: Store) -> dict[str, object]:
    body = _request().SerializeToString()
    store.insert_otlp(framed(body, NOW), hashlib.sha256(body).hexdigest())
    return store.records(Query("test/spans", "SELECT * FROM spans"))[0]


def test_types_and_everything_around_a_span_are_kept(store: Store) -> None:
    row = _stored(store)
    assert row["attribute_types"] == {"zero": 3, "no": 2, "half": 4, "none": 0}
    kept = {name: row["attributes"][name] for name in ("zero", "no", "half", "empty", "none")}  # type: ignore[index]
    assert kept == {"zero": "0", "no": "false", "half": "0.5", "empty": "", "none": ""}
    assert row["resource_attributes"] == {"service.name": "erp", "contract.id": "K-7", "process.pid": "17"}
    assert row["resource_attribute_types"] == {"process.pid": 3}
    assert (row["service"], row["contract_id"], row["scope_name"], row["scope_version"]) == ("erp", "K-7", "tracer", "1.2")
    assert (row["resource_schema_url"], row["trace_state"], row["flags"]) == ("https://example.org/resource", "a=b", 257)
    assert (row["dropped_attributes"], row["dropped_events"], row["dropped_links"]) == (1, 2, 3)
    event = store.records(
        Query("test/event", "SELECT events[1].attribute_types AS t, events[1].dropped_attributes AS d FROM spans")
    )[0]
    assert event == {"t": {"count": 3}, "d": 4}
    link = store.records(
        Query(
            "test/link",
            "SELECT links[1].trace_id AS t, links[1].span_id AS s, links[1].trace_state AS state, links[1].flags AS f, "
            "links[1].attributes AS a, links[1].attribute_types AS types, links[1].dropped_attributes AS d FROM spans",
        )
    )[0]
    assert link == {"t": b"l" * 16, "s": b"k" * 8, "state": "c=d", "f": 1, "a": {"why": "true"}, "types": {"why": 2}, "d": 5}


def test_what_masks_find_is_stored_nowhere(store: Store) -> None:
    row = _stored(store)
    assert row["item_id"] == "123-45-6789-item"
    assert sorted(row["masked"]) == ["email", "mrn", "patient_keys", "patient_keys", "ssn"]  # type: ignore[call-overload]
    for table in ("spans", "failures", "milestones", "business_keys", "object_successes"):
        for found in store.records(Query(f"test/{table}", f"SELECT * FROM {table}")):
            text = str(found).replace("123-45-6789-item", "")
            assert not [secret for secret in SECRETS if secret in text], table
    counted = store.records(
        Query("test/counted", "SELECT toString(rule) AS rule, sum(values) AS n FROM masked_values GROUP BY rule ORDER BY rule")
    )
    assert {row["rule"]: row["n"] for row in counted} == {"email": 1, "mrn": 1, "patient_keys": 2, "ssn": 1}
