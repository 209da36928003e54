"""Limits and escaping of the media, routes, and channels without their secret."""

from __future__ import annotations

from datetime import timedelta

import pytest

from alerts import channels
from alerts.channels.email.message import message
from alerts.channels.slack.message import blocks, plain
from alerts.delivery.rules import wait_after
from alerts.incidents import opened_by
from alerts.notification import Notification
from alerts.routing import Target, labels_of, targets, ways
from domain.configuration import Configuration
from domain.slas import Severity
from tests.alerts.test_decisions import NOW, condition
from tests.support.network import NETWORK, small_network


def reached(configuration: Configuration, severity: Severity = Severity.WARNING) -> tuple[Target, ...]:
    incident = opened_by(condition("failure|a", severity=severity), "I-1", "", False)
    return targets(incident, ways(labels_of(incident, configuration), configuration), configuration)


def notification(headline: str = "x", facts: int = 1, **changes: object) -> Notification:
    values: dict[str, object] = {
        "notification_id": "n1", "incident_id": "I-1", "channel": "slack", "kind": "opened", "resolved": False, "severity": "critical",
        "headline": headline, "facts": tuple((f"Label {n}", "v" * 5000) for n in range(facts)), "links": (("Investigate", "http://x/"),),
        "recipients": ("a@b.health",), "decided": NOW, "organisation": "Test & Sons",
    }  # fmt: skip
    return Notification(**{**values, **changes})  # type: ignore[arg-type]


def test_slack_limits_are_kept_by_shortening() -> None:
    section, *fields, _, context = blocks(notification("h" * 9000, facts=30))
    assert len(section["text"]["text"]) <= 3000
    assert all(len(block["fields"]) <= 10 for block in fields)
    assert all(len(f["text"]) <= 2000 for block in fields for f in block["fields"])
    assert "Test &amp; Sons" in context["elements"][0]["text"]


def test_slack_shortens_outside_of_an_escape() -> None:
    section, *_ = blocks(notification("&" * 3000))
    text = section["text"]["text"]
    assert len(text) <= 3000
    assert text.endswith("&amp;…")


def test_slack_escapes_what_it_gives_a_meaning() -> None:
    assert "<!channel>" not in str(blocks(notification("<!channel> & co")))
    assert plain(notification("<!channel> & co")).endswith("&lt;!channel&gt; &amp; co")


def test_mail_has_text_and_html_and_no_line_break_in_its_subject() -> None:
    mail = message(notification("first\nBcc: evil@x.example"), "Supplyscope <s@x.health>")
    assert mail["Subject"] == "[critical] first Bcc: evil@x.example"
    assert mail["Bcc"] is None
    assert {part.get_content_type() for part in mail.walk()} == {"multipart/alternative", "text/plain", "text/html"}


def test_mail_escapes_html() -> None:
    html = message(notification("<script>x</script>"), "s@x.health").get_body(("html",))
    assert html is not None
    assert "<script>" not in html.get_content()


def test_a_channel_without_its_secret_is_left_out(configuration: Configuration) -> None:
    assert set(channels.build(configuration, {})) == set()
    assert set(channels.build(configuration, {"TEST_SLACK_URL": "http://127.0.0.1:1/x"})) == {"slack"}


@pytest.mark.parametrize(
    ("match", "found"),
    [
        ({}, True),
        ({"min_severity": "critical"}, False),
        ({"failure_classes": ["item_mapping_missing"]}, True),
        ({"failure_classes": ["timeout"]}, False),
        ({"interfaces": ["erp-price-load"], "facilities": ["H07", "H03"]}, True),
        ({"facilities": ["H03"]}, False),
    ],
)
def test_routes_match_on_every_given_condition(match: dict[str, object], found: bool) -> None:
    configuration = small_network(routes=[{"id": "r", "match": match, "channels": ["mail"]}])
    assert bool(reached(configuration)) is found


def test_first_match_wins_unless_it_continues_and_people_add_to_the_owner() -> None:
    routes = [
        {"id": "a", "channels": ["mail"], "to": ["integration"], "continue": True},
        {"id": "b", "channels": ["slack", "mail"]},
        {"id": "c", "channels": ["mail"], "to": ["integration"]},
    ]
    found = {t.channel: t for t in reached(Configuration.model_validate({**NETWORK, "routes": routes}), Severity.CRITICAL)}
    assert found["mail"].recipients == ("items@test.health", "oncall@test.health")
    assert (found["mail"].route, found["slack"].route) == ("a", "b")


def test_waits_double_to_ten_minutes_with_a_stable_jitter() -> None:
    waits = [wait_after(n, "x") for n in range(1, 12)]
    assert waits == sorted(waits)
    assert timedelta(seconds=5) <= waits[0] < timedelta(seconds=6.3)
    assert waits[-1] <= timedelta(minutes=12.5)
    assert wait_after(3, "x") == wait_after(3, "x") != wait_after(3, "y")
