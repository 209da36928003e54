"""The network of the alert benchmark: a small one whose every incident is told through seven channels, undamped."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

ADDRESS = "on-call@bench.example"
CHANNELS = ("email", "slack_webhook", "slack", "webhook", "pagerduty", "alertmanager", "servicenow")
_SHARED = {"timeout": "2s", "per_minute": 6000}


def network(receivers: str, smtp_port: int) -> dict[str, Any]:
    """Plain values of a configuration."""
    return {
        "organisation": {"name": "Bench Health", "time_zone": "UTC", "currency": "USD"},
        "people": [{"id": "on-call", "name": "On call", "email": ADDRESS}],
        "systems": [{"id": "clm", "name": "Contracts", "kind": "clm"}, {"id": "erp", "name": "ERP", "kind": "erp"}],
        "interfaces": [
            {"id": "price-load", "name": "Price load", "source": "clm", "target": "erp", "pattern": "event", "tier": 1, "owner": "on-call", "phi_adjacent": False},
        ],
        "facilities": [{"id": "H01", "name": "North", "time_zone": "UTC"}],
        "key_types": [{"id": "contract", "attribute": "contract.id"}, {"id": "item", "attribute": "item.id", "identifying": False}],
        "calendars": [{"id": "always", "time_zone": "UTC", "always_open": True}],
        "flows": [
            {
                "id": "activation", "name": "Activation", "key": "contract", "completes_at": "usable",
                "milestones": [{"id": "executed", "name": "Executed"}, {"id": "usable", "name": "Usable", "expected_within": "2h"}],
            }
        ],
        "slas": [
            {"id": "in-time", "kind": "cycle_time", "name": "Usable in time", "target": 0.9, "window": "30d", "owner": "on-call", "severity": "critical",
             "flow": "activation", "from_milestone": "executed", "to_milestone": "usable", "within": "2h", "calendar": "always"},
        ],
        "failure_classes": [
            {"id": "mapping", "name": "mapping missing", "owner": "on-call", "remedy": "Add the cross-reference.", "severity": "critical", "opens_incident": True},
        ],
        "failure_rules": [{"id": "mapping", "failure_class": "mapping", "pattern": "no mapping"}],
        "conditions": [{"id": f"no-{kind}", "kind": kind, "enabled": False} for kind in ("burn_rate", "budget", "breach_at_risk", "failure_rate", "failure_count", "flow_stuck", "flow_at_risk", "silent_source", "completeness", "health")],
        "alerting": {"throttles": [], "storm": {"subjects": 100000}, "flapping": {"openings": 1000}},
        "channels": [
            {"kind": "email", "id": "email", "host": "127.0.0.1", "port": smtp_port, "sender": "supplyscope@bench.example", **_SHARED},
            {"kind": "slack_webhook", "id": "slack_webhook", "url": {"env": "BENCH_HOOK"}, **_SHARED},
            {"kind": "slack", "id": "slack", "token": {"env": "BENCH_SLACK"}, "channel": "C0123456789", "api_url": f"{receivers}/slack/api/", **_SHARED},
            {"kind": "webhook", "id": "webhook", "url": f"{receivers}/webhook", **_SHARED},
            {"kind": "pagerduty", "id": "pagerduty", "url": f"{receivers}/v2/enqueue", "routing_key": {"env": "BENCH_PAGER"}, **_SHARED},
            {"kind": "alertmanager", "id": "alertmanager", "url": receivers, **_SHARED},
            {"kind": "servicenow", "id": "servicenow", "url": receivers, "username": {"env": "BENCH_USER"}, "password": {"env": "BENCH_PASSWORD"}, **_SHARED},
        ],
        "routes": [{"id": "all", "channels": list(CHANNELS), "to": ["on-call"]}],
    }  # fmt: skip


def written(folder: Path, receivers: str, smtp_port: int) -> Path:
    """The network as a configuration folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "network.yaml").write_text(yaml.safe_dump(network(receivers, smtp_port), sort_keys=False), encoding="utf-8")
    return folder
