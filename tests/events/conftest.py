"""A collector with event mappings behind a real server, and what it stored."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from collector.collector import Collector
from domain.configuration import Configuration
from store.query import Query
from store.store import Store
from tests.collector.conftest import serving
from tests.support.network import small_network
from tests.support.one_store import empty, one_store

Read = Callable[..., list[dict[str, Any]]]
MAPPINGS = [
    {
        "id": "order", "type": "com.acme.order.*", "source": "/erp/*", "to": "milestone", "zone": "America/Chicago",
        "fields": {
            "flow": {"value": "purchase_order"}, "key": "$.data.number", "time": "$.data.at",
            "milestone": {"path": "$.type", "values": {"com.acme.order.created": "created", "com.acme.order.posted": "erp_posted"}},
            "facility_id": {"path": "$.data.plant", "upper": True}, "correlation_id": "$.correlationid",
            "supplier_id": {"path": "$.data.vendor", "default": "unknown"},
        },
        "attributes": {"partition": "$.partitionkey", "trace": "$.traceparent"},
    },
    {
        "id": "order-lines", "type": "com.acme.order.created", "to": "po_line", "each": "$.data.lines",
        "fields": {
            "purchase_order_id": "$.data.number", "line": "@.no", "item_id": "@.sku", "quantity": {"path": "@.qty", "decimal": "comma"},
            "uom": {"path": "@.uom", "values": {"Stk": "EA", "EA": "EA"}}, "price": {"path": "@.price", "decimal": "comma"},
            "currency": {"value": "USD"}, "facility_id": {"path": "$.data.plant", "upper": True},
            "supplier_id": {"path": "$.data.vendor", "default": "unknown"},
            "ordered": {"path": "$.data.at", "zone": "America/Chicago"},
        },
    },
    {
        "id": "prices", "type": "gpo.price", "to": "contract_price",
        "fields": {
            "contract_id": "$.subject", "item_id": "$.data.items[*].id", "price": "$.data.items[*].price", "supplier_id": {"value": "S1"},
            "currency": {"value": "USD"}, "uom": {"value": "CS"}, "valid_from": {"path": "$.data.from", "formats": ["%d.%m.%Y"], "zone": "UTC"},
            "known_from": {"path": "$.data.sent", "formats": ["epoch_ms"]},
        },
    },
    {
        "id": "refusals", "type": "ap.invoice.refused", "to": "failure",
        "fields": {"interface_id": {"value": "edi-810-in"}, "message": "$.data.reasons[*].text", "invoice_id": "$.data.invoice"},
    },
]  # fmt: skip


@pytest.fixture(scope="module")
def network() -> Configuration:
    return small_network(event_mappings=MAPPINGS)


@pytest.fixture(scope="module")
def served(engine: Store, network: Configuration) -> Iterator[tuple[Store, str]]:
    with one_store(network) as store, serving(Collector(store, network)) as url:
        yield store, url


@pytest.fixture
def store(served: tuple[Store, str]) -> Store:
    empty(served[0])
    return served[0]


@pytest.fixture
def client(served: tuple[Store, str], store: Store) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=served[1], timeout=30) as opened:
        yield opened


@pytest.fixture
def read(store: Store) -> Read:
    def ask(table: str, columns: str = "*") -> list[dict[str, Any]]:
        return store.records(Query("test/rows", f"SELECT {columns} FROM {table} ORDER BY ALL"))

    return ask
