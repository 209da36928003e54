"""Answers are those of the active generation: SLAs are measured again when readers are switched to other rules."""

from __future__ import annotations

from datetime import timedelta

from analytics import lookup, sla
from analytics.context import Context
from store.generations import fingerprints
from store.query import Query
from store.store import Store
from tests.conftest import NOW
from tests.generations.test_rules_under_load import change_rules
from tests.support.network import NETWORK, small_network
from tests.support.telemetry import Telemetry


def _verdicts(store: Store) -> dict[str, str]:
    query = "SELECT key, toString(verdict) AS verdict FROM sla_instances FINAL WHERE sla_id = 'activation' ORDER BY key"
    return {row["key"]: row["verdict"] for row in store.records(Query("test/verdicts", query))}


def test_slas_are_measured_again_under_other_rules(store: Store, context: Context, telemetry: Telemetry) -> None:
    keys = {"facility_id": "H01", "item_id": "1"}
    at = NOW - timedelta(hours=3)
    for contract, first in (("K-1", "contract.executed"), ("K-2", "contract.signed")):
        telemetry.span(first, at, interface_id="clm-contract-events", contract_id=contract, **keys)
        telemetry.span("refresh", at + timedelta(hours=1), interface_id="catalog-refresh", contract_id=contract, **keys)
    sla.measure(context)
    assert _verdicts(store) == {"K-1": "good"}
    signed = {
        "id": "contract-signed", "flow": "contract_activation", "milestone": "executed",
        "when": {"interface": "clm-contract-events", "span_name": "contract.signed"},
    }  # fmt: skip
    changed = small_network(milestone_rules=[signed, *NETWORK["milestone_rules"][1:]])
    change_rules(store, changed)
    sla.measure(Context(store, changed, clock=lambda: NOW))
    assert _verdicts(store) == {"K-1": "void", "K-2": "good"}


def test_old_spans_are_found_by_a_key_that_is_declared_later(store: Store, telemetry: Telemetry) -> None:
    """By a type of key that is new, and by another attribute of a known one; whoever issued it is read, too."""
    at = NOW - timedelta(hours=3)
    old = telemetry.span("ship", at, interface_id="po-to-erp", attributes={"shipment.number": "SH-77", "carrier.code": "UPS"})
    other = telemetry.span("sign", at, interface_id="clm-contract-events", attributes={"legacy.contract": "K-9"})
    found = Query(
        "test/found",
        "SELECT trace_id, toString(key_type) AS key_type, authority FROM business_keys FINAL WHERE key = {key:String}",
    )
    assert store.records(found, key="SH-77") == store.records(found, key="K-9") == []
    contract, *others = NETWORK["key_types"]
    declared = small_network(
        key_types=[
            contract | {"aliases": ["legacy.contract"]}, *others,
            {"id": "shipment", "attribute": "shipment.number", "authority_attribute": "carrier.code"},
        ]
    )  # fmt: skip
    assert fingerprints(declared).shape != fingerprints(small_network()).shape
    change_rules(store, declared)
    assert store.records(found, key="SH-77") == [{"trace_id": old, "key_type": "shipment", "authority": "UPS"}]
    assert store.records(found, key="K-9") == [{"trace_id": other, "key_type": "contract", "authority": ""}]
    context = Context(store, declared, clock=lambda: NOW)
    assert [span.name for span in lookup.story(context, "SH-77").spans] == ["ship"]
