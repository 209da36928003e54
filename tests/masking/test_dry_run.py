"""A dry run counts and shows masked forms of stored values, never the values."""

from __future__ import annotations

from datetime import timedelta

from domain.configuration import Configuration
from domain.masking import Mask
from store.masked import masked_values, would_mask
from store.store import Store
from tests.conftest import NOW
from tests.support.telemetry import Telemetry


def test_what_would_be_masked(store: Store) -> None:
    sender = Telemetry(store, NOW)
    sender.span(
        "post",
        NOW,
        interface_id="po-to-erp",
        error="badge B-1234 refused",
        attributes={"badge": "B-1234", "note": "ssn 123-45-6789"},
    )
    tried = Configuration(masks=(Mask(id="badge", pattern="B-[0-9]{4}"),))
    found = would_mask(store, tried, NOW - timedelta(hours=1))
    assert found == [
        {"rule": "badge", "place": "badge", "values": 1, "example": "[badge]"},
        {"rule": "badge", "place": "status message", "values": 1, "example": "badge [badge] refused"},
    ]
    sender.span("x", NOW, interface_id="po-to-erp", attributes={"number": "4500012345", "purchase_order.id": "B-4444"})
    assert would_mask(store, tried, NOW - timedelta(hours=1)) == found  # values of business keys are left alone
    assert would_mask(store, Configuration(), NOW - timedelta(hours=1)) == []
    assert masked_values(store, NOW - timedelta(hours=1)) == [{"rule": "ssn", "interface_id": "po-to-erp", "values": 1}]
    assert masked_values(store, NOW + timedelta(hours=2)) == []
