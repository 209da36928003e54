"""Links, API and audit over the real record: what is opened changes nothing, what is pressed is decided once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from alerts import channels, record
from alerts.conditions.condition import plain
from alerts.delivery.messages import owed_by
from alerts.incidents import Incident
from alerts.journal import Journal
from alerts.notification import Notification
from alerts.on_call import auditor, escalation, links
from alerts.on_call.links import Signer
from alerts.pipeline import Surroundings, run
from alerts.scheduler_step import Alerting
from analytics.context import Context
from domain.configuration import Configuration
from domain.slas import Severity
from server.routes import links as link_routes
from server.routes import on_call as on_call_routes
from tests.support.network import NETWORK

_ON_CALL: dict[str, Any] = {
    "channels": [{"kind": "email", "id": "mail", "host": "h", "sender": "a@b.org", "security": "none"}],
    "schedules": [{"id": "duty", "rotations": [{"people": ["integration", "item-master"], "starts": "2026-11-16"}]}],
    "escalation_policies": [
        {"id": "page", "steps": [{"schedules": ["duty"]}, {"delay": "10m", "people": ["item-master"]}, {"delay": "1h", "people": ["integration"]}]}
    ],
    "routes": [{"id": "all", "channels": ["mail"], "escalation": "page"}],
}  # fmt: skip


@dataclass(frozen=True)
class Served:
    """What the routes ask of a running process."""

    context: Context
    link_signer: Signer


@pytest.fixture
def configuration() -> Configuration:
    return Configuration.model_validate({**NETWORK, **_ON_CALL})


@pytest.fixture
def owed(context: Context) -> list[Notification]:
    """Messages of a page that opened now; the incident is in the record."""
    found = replace(
        plain("failure|a", "failure", "contract K-1", Severity.CRITICAL, "It is wrong <b>.", context.now), owner="item-master"
    )
    decisions = run([found], (), Surroundings(context.configuration, context.now))
    made = [
        owed_by(d, channels.build(context.configuration, {}), context, "http://127.0.0.1:8080", Signer((b"k" * 32,)))
        for d in decisions
    ]
    Journal(context).record(made, context.now)
    return [notification for _, messages in made for notification in messages]


@pytest.fixture
def client(context: Context) -> Iterator[TestClient]:
    app = FastAPI()
    app.state.runtime = Served(context, Signer((b"k" * 32,)))
    app.include_router(link_routes.router)
    app.include_router(on_call_routes.router)
    with TestClient(app, base_url="http://127.0.0.1:8080") as opened:
        yield opened


def _incident(context: Context) -> Incident:
    (found,) = record.incidents(context)
    return found


def test_each_person_gets_links_of_their_own_and_opening_one_changes_nothing(
    owed: list[Notification], client: TestClient, context: Context
) -> None:
    by_person = {n.recipients: dict(n.links)["Acknowledge"] for n in owed}
    assert set(by_person) == {("items@test.health",), ("oncall@test.health",)}
    signer = Signer((b"k" * 32,))
    for (address,), url in by_person.items():
        purpose = signer.purpose(url.rpartition("/")[2], context.now)
        person = context.configuration.person(purpose.person)
        assert person and person.email == address
        for method in ("GET", "HEAD", "GET"):
            answer = client.request(method, url)
            assert answer.status_code == 200
        assert "It is wrong &lt;b&gt;." in answer.text and f"You act as {person.name}" in answer.text
        assert (
            "no-store" in answer.headers["Cache-Control"]
            and "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
        )
    Alerting(context, {}, "http://127.0.0.1:8080").step()
    assert _incident(context).acknowledged is None


def test_pressing_the_button_acknowledges_and_pressing_it_again_says_so(
    owed: list[Notification], client: TestClient, context: Context
) -> None:
    url = next(dict(n.links)["Acknowledge"] for n in owed if n.recipients == ("oncall@test.health",))
    assert client.post(url).status_code == 202
    assert client.post(url).status_code in (200, 202)
    Alerting(context, {}, "http://127.0.0.1:8080").step()
    assert _incident(context).acknowledged_by == "integration"
    again = client.post(url)
    assert again.status_code == 200 and "Done" in again.text, again.text
    Alerting(context, {}, "http://127.0.0.1:8080").step()
    assert sum("acknowledged" in reason for reason in _incident(context).reasons) == 1, _incident(context).reasons


def test_a_link_changed_or_too_old_does_nothing(owed: list[Notification], client: TestClient, context: Context) -> None:
    url = dict(owed[0].links)["Snooze 1 hour"]
    assert client.post(url[:-9] + "x" * 9).status_code == 403
    assert client.get("http://127.0.0.1:8080/links/nothing").status_code == 403
    app: Any = client.app
    app.state.runtime = Served(replace(context, clock=lambda: context.now + links.LASTS), Signer((b"k" * 32,)))
    answer = client.post(url)
    assert answer.status_code == 403 and "was good until" in answer.text
    Alerting(context, {}, "http://127.0.0.1:8080").step()
    assert _incident(context).snoozed_until is None


def test_the_api_says_who_has_it_what_comes_and_what_ran(owed: list[Notification], client: TestClient, context: Context) -> None:
    assert owed
    answer = client.get("/api/v1/on-call").json()
    assert [(s["person"], s["next_person"], s["until"]) for s in answer["schedules"]] == [
        ("integration", "item-master", "2026-11-23T09:00:00Z")
    ]
    (row,) = answer["escalations"]
    assert (row["state"], row["steps_run"], row["next_step"], row["next_at"]) == (
        "runs",
        1,
        "step 2 of 3 of page",
        "2026-11-19T15:10:00Z",
    )
    shifts = client.get("/api/v1/on-call/shifts", params={"schedule": "duty", "days": 14}).json()
    assert [s["person"] for s in shifts] == ["integration", "item-master", "integration"]
    assert "there are: duty" in client.get("/api/v1/on-call/shifts", params={"schedule": "dutty"}).text
    audit = client.get("/api/v1/on-call/audit").json()
    assert [(a["step"], a["outcome"]) for a in audit] == [(0, "on time"), (1, "ahead"), (2, "ahead")]


def test_the_auditor_finds_the_step_that_nobody_ran(owed: list[Notification], context: Context) -> None:
    assert owed
    assert auditor.step(context) == 3
    later = replace(context, clock=lambda: context.now + timedelta(minutes=30))
    with pytest.raises(
        auditor.StepsMissed, match=re.escape("1 escalation steps were due and did not run, first step 2 of 3 of page")
    ):
        auditor.step(later)
    assert [row.outcome for row in auditor.audit(record.incidents(context), later.now)] == ["on time", "missed", "ahead"]
    plan = escalation.read(_incident(context).policy)
    assert plan and plan.next_due() == context.now + timedelta(minutes=10)
