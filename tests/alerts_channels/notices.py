"""Notifications and channels for these tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from alerts import channels
from alerts.channels import Channel
from alerts.notification import Notification
from tests.support.media import PAGERDUTY_KEY, SERVICENOW_PASSWORD, SERVICENOW_USER, SLACK_TOKEN
from tests.support.network import small_network

NOW = datetime(2026, 11, 19, 15, 0, tzinfo=UTC)
NOTICE = Notification(
    notification_id="n0001", incident_id="I-1", channel="c", kind="opened", resolved=False, severity="critical",
    headline="Item 40-2217 has no mapping.", title="Item 40-2217 has no mapping.",
    facts=(("Since", "15:00"), ("Item", "40-2217"), ("Whose turn", "supplier"), ("Remedy", "Add the cross-reference.")),
    links=(("Investigate", "http://s/investigate?q=C-1"), ("Incident", "http://s/incidents?incident=I-1"), ("Silence", "http://s/incidents?incident=I-1&silence=1")),
    recipients=("a@b.health",), decided=NOW, organisation="Test & Sons", since=NOW - timedelta(minutes=5),
    labels=(("incident", "I-1"), ("interface", "erp-price-load"), ("failure_class", "item_mapping_missing")),
)  # fmt: skip
RAISED = replace(NOTICE, notification_id="n0002", kind="severity raised", headline="Now critical: Item 40-2217 has no mapping.")
ENDED = replace(
    NOTICE, notification_id="n0003", kind="resolved", resolved=True, state="resolved", ended=NOW + timedelta(minutes=9),
    decided=NOW + timedelta(minutes=9), headline="Resolved: Item 40-2217 has no mapping.",
)  # fmt: skip
SECRETS = {
    "TOKEN": SLACK_TOKEN, "ROUTING": PAGERDUTY_KEY, "SN_USER": SERVICENOW_USER, "SN_PASSWORD": SERVICENOW_PASSWORD,
    "SIGNING": "whsec-of-the-test", "SMTP_USER": "alerts", "SMTP_PASSWORD": "mail-s3cret",
}  # fmt: skip


def entry(kind: str, url: str, **more: Any) -> dict[str, Any]:
    """A channel of the configuration, id "c", at receivers under `url`."""
    kinds: dict[str, dict[str, Any]] = {
        "slack_webhook": {"url": {"env": "URL"}},
        "slack": {"token": {"env": "TOKEN"}, "channel": "C0123456789", "api_url": f"{url}/slack/api/", "signing_secret": {"env": "SIGNING"}},
        "webhook": {"url": {"env": "URL"}, "signing_secret": {"env": "SIGNING"}},
        "pagerduty": {"url": f"{url}/v2/enqueue", "routing_key": {"env": "ROUTING"}},
        "alertmanager": {"url": url},
        "servicenow": {
            "url": url, "username": {"env": "SN_USER"}, "password": {"env": "SN_PASSWORD"}, "assignment_group": "Integration",
            "configuration_items": {"erp-price-load": "ci0001"},
        },
        "teams": {"url": {"env": "URL"}},
        "apprise": {"url": {"env": "URL"}},
    }  # fmt: skip
    return {"kind": kind, "id": "c", "timeout": "2s", **kinds[kind], **more}


_PATHS = {"slack_webhook": "/hook", "webhook": "/webhook", "teams": "/teams"}


def built(kind: str, url: str, environment: Mapping[str, str] | None = None, **more: Any) -> Channel:
    """The channel as the product builds it, its receivers under `url`."""
    configuration = small_network(channels=[entry(kind, url, **more)], routes=[])
    return channels.build(configuration, {**SECRETS, "URL": url + _PATHS.get(kind, ""), **(environment or {})})["c"]
