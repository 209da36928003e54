"""The store over HTTP: what works embedded works through ClickHouse's protocol."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from store.engine import Location
from store.errors import QueryFailed, StoreUnavailable
from store.migrate import migrate, pending
from store.query import Query
from store.store import Store
from tests.conftest import NOW
from tests.helpers.running_engine import running_engine
from tests.support.network import small_network
from tests.support.telemetry import Telemetry, framed, span_request


@pytest.fixture(scope="module")
def location(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Location]:
    secret: Path = tmp_path_factory.mktemp("secret") / "password"
    secret.write_text("se:cret\n", encoding="utf-8")
    with running_engine(":memory:", "supplyscope", secret) as port:
        yield Location(host="127.0.0.1", port=port, username="supplyscope", password="se:cret")


def test_schema_rows_and_spans_arrive(real_store: Store, location: Location) -> None:
    store = Store(location)
    migrate(store, small_network())
    assert pending(store) == ()
    telemetry = Telemetry(store, NOW)
    telemetry.span(
        "load", NOW - timedelta(minutes=5), interface_id="erp-price-load", item_id="1", error="No mapping for item 1 at H07"
    )
    telemetry.milestone("purchase_order", "PO-1", "created", NOW, attributes={"quoted": "it's \\ here"})
    assert (
        store.value(Query("failures", "SELECT failure_class FROM failures WHERE item_id = {item:String}"), item="1")
        == "item_mapping_missing"
    )
    row = store.records(
        Query("milestones", "SELECT time, attributes FROM milestones WHERE time <= {at:DateTime64(6,'UTC')}"), at=NOW
    )[0]
    assert row == {"time": NOW, "attributes": {"quoted": "it's \\ here"}}
    body = framed(span_request("again", NOW, 1, None, b"t" * 16, b"", "s", {}), NOW)
    for _ in range(2):
        store.insert_otlp(body, "same-token")
    assert store.value(Query("spans", "SELECT count() FROM spans WHERE name = 'again'")) == 1
    store.close()


def test_refusals_carry_the_code_of_the_engine(real_store: Store, location: Location) -> None:
    store = Store(location)
    with pytest.raises(QueryFailed) as failed:
        store.records(Query("wrong", "SELECT nope FROM system.one"))
    assert failed.value.code == 47
    store.close()
    with pytest.raises(StoreUnavailable, match="Authentication failed"):
        Store(Location(host="127.0.0.1", port=location.port, username="supplyscope", password="wrong"))
