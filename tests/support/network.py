"""A small complete configuration, built as a user's would be read."""

from __future__ import annotations

from typing import Any

from domain.configuration import Configuration

NETWORK: dict[str, Any] = {
    "organisation": {"name": "Test Health", "time_zone": "America/Chicago", "currency": "USD"},
    "people": [
        {"id": "item-master", "name": "Item master team", "email": "items@test.health", "slack": "#items"},
        {"id": "integration", "name": "Integration on call", "email": "oncall@test.health"},
    ],
    "systems": [
        {"id": "clm", "name": "Contract system", "kind": "clm"},
        {"id": "edi", "name": "EDI gateway", "kind": "edi_gateway", "party": "gateway"},
        {"id": "erp", "name": "ERP", "kind": "erp"},
        {"id": "purchasing", "name": "Purchasing suite", "kind": "purchasing"},
    ],
    "interfaces": [
        {"id": "clm-contract-events", "name": "Contract approval", "source": "clm", "target": "erp", "pattern": "event", "tier": 1, "owner": "integration", "phi_adjacent": False},
        {"id": "erp-price-load", "name": "ERP price load", "source": "edi", "target": "erp", "pattern": "managed_batch", "tier": 1, "owner": "item-master", "phi_adjacent": False, "queue": "price.load", "job": "price-load"},
        {"id": "catalog-refresh", "name": "Catalog refresh", "source": "erp", "target": "purchasing", "pattern": "orchestration", "tier": 2, "owner": "integration", "phi_adjacent": False},
        {"id": "po-to-erp", "name": "PO to ERP", "source": "purchasing", "target": "erp", "pattern": "realtime_api", "tier": 1, "owner": "integration", "phi_adjacent": False},
        {"id": "edi-810-in", "name": "Invoice in", "source": "edi", "target": "erp", "pattern": "event", "tier": 2, "owner": "integration", "phi_adjacent": True},
    ],
    "facilities": [
        {"id": "H01", "name": "North", "time_zone": "America/Chicago"},
        {"id": "H03", "name": "West", "time_zone": "America/Denver"},
        {"id": "H07", "name": "South", "time_zone": "America/Chicago"},
    ],
    "key_types": [
        {"id": "contract", "attribute": "contract.id", "aliases": ["clm.contract.number"]},
        {"id": "purchase_order", "attribute": "purchase_order.id"},
        {"id": "invoice", "attribute": "invoice.id", "authority_attribute": "supplier.id"},
        {"id": "item", "attribute": "item.id", "identifying": False},
        {"id": "supplier", "attribute": "supplier.id", "identifying": False},
    ],
    "calendars": [
        {"id": "always", "time_zone": "UTC", "always_open": True},
        {"id": "business", "time_zone": "America/Chicago", "weekly": {d: [{"start": "08:00", "end": "17:00"}] for d in ("mon", "tue", "wed", "thu", "fri")}, "holidays": "US"},
    ],
    "flows": [
        {
            "id": "contract_activation", "name": "Contract activation", "key": "contract", "per_facility": True, "per_line": True,
            "completes_at": "usable",
            "milestones": [
                {"id": "executed", "name": "Contract executed"},
                {"id": "price_file_received", "name": "Price file received", "party": "supplier", "expected_within": "8h"},
                {"id": "erp_loaded", "name": "ERP price load", "interface": "erp-price-load", "expected_within": "4h"},
                {"id": "usable", "name": "Catalog refreshed", "interface": "catalog-refresh", "expected_within": "2h"},
            ],
        },
        {
            "id": "purchase_order", "name": "Purchase order", "key": "purchase_order", "completes_at": "acknowledged",
            "milestones": [
                {"id": "created", "name": "PO created"},
                {"id": "erp_posted", "name": "Posted in ERP", "expected_within": "1h"},
                {"id": "acknowledged", "name": "Acknowledged", "party": "supplier", "expected_within": "24h"},
            ],
        },
    ],
    "milestone_rules": [
        {"id": "contract-executed", "flow": "contract_activation", "milestone": "executed", "when": {"interface": "clm-contract-events", "span_name": "contract.executed"}},
        {"id": "price-loaded", "flow": "contract_activation", "milestone": "erp_loaded", "when": {"interface": "erp-price-load"}},
        {"id": "price-refused", "flow": "contract_activation", "milestone": "erp_loaded", "outcome": "failed", "when": {"interface": "erp-price-load", "status": "error"}},
        {"id": "catalog", "flow": "contract_activation", "milestone": "usable", "when": {"interface": "catalog-refresh"}},
    ],
    "slas": [
        {"id": "po-success", "kind": "ratio", "name": "POs reach the ERP", "target": 0.99, "window": "30d", "owner": "integration", "interface": "po-to-erp"},
        {"id": "po-latency", "kind": "latency", "name": "POs post quickly", "target": 0.95, "window": "30d", "owner": "integration", "interface": "po-to-erp", "within": "2s"},
        {"id": "invoice-fresh", "kind": "freshness", "name": "Invoices keep coming", "target": 0.9, "window": "7d", "owner": "integration", "interface": "edi-810-in", "within": "30m", "calendar": "always"},
        {"id": "price-file", "kind": "batch_deadline", "name": "Price file by 06:00", "target": 0.95, "window": "30d", "owner": "item-master", "job": "price-load", "deadline": "06:00", "calendar": "business", "max_reject_share": 0.05},
        {"id": "activation", "kind": "cycle_time", "name": "Contract lines usable in time", "target": 0.9, "window": "30d", "owner": "item-master", "severity": "critical", "flow": "contract_activation", "from_milestone": "executed", "to_milestone": "usable", "within": "12h", "calendar": "always"},
    ],
    "failure_classes": [
        {"id": "item_mapping_missing", "name": "item mapping missing", "owner": "item-master", "remedy": "Add the item cross-reference, then resubmit the load.", "severity": "critical", "opens_incident": True},
        {"id": "timeout", "name": "timeout or unreachable", "owner": "integration", "remedy": "Check that the target system is up; the sender retries."},
    ],
    "failure_rules": [
        {"id": "mapping", "failure_class": "item_mapping_missing", "pattern": r"(?i)no mapping for item (?P<item>[\w-]+)(?: at (?P<facility>\w+))?"},
        {"id": "timeout-code", "failure_class": "timeout", "code": "504"},
    ],
    "channels": [
        {"kind": "slack_webhook", "id": "slack", "url": {"env": "TEST_SLACK_URL"}},
        {"kind": "email", "id": "mail", "host": {"env": "TEST_SMTP_HOST"}, "port": {"env": "TEST_SMTP_PORT"}, "sender": "supplyscope@test.health"},
    ],
    "routes": [{"id": "everything", "channels": ["slack", "mail"]}],
}  # fmt: skip


def small_network(**changes: Any) -> Configuration:
    """The network with whole sections replaced by `changes`."""
    return Configuration.model_validate({**NETWORK, **changes})
