"""The audit log, incidents, silences and deliveries through HTTP and the terminal, against a server on a real socket."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from typer.testing import CliRunner, Result

from alerts import audit as log
from alerts import channels, record
from alerts.scheduler_step import Alerting
from analytics.context import Context
from domain.on_call import Rotation, Schedule
from server.cli import app as command_line
from server.commands import audit as audit_command
from server.routes import audit, incidents, on_call, questions
from tests.support.receivers import mail_server, webhook
from tests.support.telemetry import Telemetry

LIMIT = 60.0


@pytest.fixture
def living(context: Context) -> Context:
    """With the clock on the wall, as the terminal has none other."""
    duty = Schedule(id="duty", rotations=(Rotation(people=("integration",), starts=date(2026, 1, 5)),))
    configuration = context.configuration.model_copy(update={"schedules": (duty,)})
    return replace(context, configuration=configuration, clock=lambda: datetime.now(UTC))


@pytest.fixture
def url(living: Context) -> Iterator[str]:
    app = FastAPI()
    app.state.runtime = SimpleNamespace(context=living)
    for routes in (audit, incidents, on_call, questions):
        app.include_router(routes.router)
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.005)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join()
    listener.close()


@pytest.fixture
def api(url: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"{url}/api/v1", timeout=LIMIT, trust_env=False) as opened:
        yield opened


@pytest.fixture
def scheduler(living: Context) -> Iterator[Alerting]:
    with mail_server() as mailbox, webhook() as hook:
        where = {"TEST_SLACK_URL": hook.url, "TEST_SMTP_HOST": "127.0.0.1", "TEST_SMTP_PORT": str(mailbox.port)}
        yield Alerting(living, channels.build(living.configuration, where), "http://127.0.0.1:8080")


@pytest.fixture
def incident(living: Context, store: Any, scheduler: Alerting) -> str:
    now = living.now
    Telemetry(store, now).span(
        "load price", now - timedelta(minutes=1), 1, error="No mapping for item 40-2217 at H07", interface_id="erp-price-load",
        contract_id="MS-7895", facility_id="H07", item_id="40-2217", correlation_id="C-1",
    )  # fmt: skip
    scheduler.step()
    return next(one.incident_id for one in record.incidents(living) if "40-2217" in one.items)


def terminal(url: str, *arguments: str) -> Result:
    return CliRunner().invoke(command_line, [*arguments, "--server", url], env={"SUPPLYSCOPE_PAGE_PASSWORD": ""})


def scheduler_has_work(url: str) -> bool:
    logged = httpx.get(f"{url}/api/v1/audit", timeout=LIMIT, trust_env=False).json()
    answered = {one["reference"] for one in logged if one["action"] == "answer command"}
    return any(one["outcome"] == "asked" and one["reference"] not in answered for one in logged)


def decided(scheduler: Alerting, url: str, *arguments: str) -> Result:
    """The terminal waits for the scheduler, whose next round comes when something is asked."""
    over = threading.Event()

    def go() -> None:
        while not over.wait(0.05):
            if scheduler_has_work(url):
                scheduler.step()

    thread = threading.Thread(target=go, daemon=True)
    thread.start()
    try:
        return terminal(url, *arguments)
    finally:
        over.set()
        thread.join(LIMIT)


def outcomes(api: httpx.Client, scheduler: Alerting, *asked: httpx.Response) -> list[dict[str, Any]]:
    """What became of each, after one round."""
    assert [one.status_code for one in asked] == [202] * len(asked), [one.text for one in asked]
    pending = [row for one in asked for row in one.json()]
    assert {row["outcome"] for row in pending} == {"pending"}
    scheduler.step()
    found = {
        row["command_id"]: row
        for row in api.get("/incidents/commands", params={"id": [row["command_id"] for row in pending]}).json()
    }
    return [found[row["command_id"]] for row in pending]


def outcome(api: httpx.Client, scheduler: Alerting, asked: httpx.Response) -> dict[str, Any]:
    return outcomes(api, scheduler, asked)[0]


# --- the audit log


def notes(living: Context, count: int) -> list[str]:
    at = living.now - timedelta(minutes=30)
    for n in range(count):  # three in each instant: only (at, event_id) tells where a page ends
        moment = at + timedelta(seconds=n // 3)
        log.note(replace(living, clock=lambda m=moment: m), f"p{n:02}", "page", "open", "x", "done")  # type: ignore[misc]
    return [f"p{n:02}" for n in range(count)]


def test_pages_of_json_follow_their_links_to_the_end(api: httpx.Client, living: Context) -> None:
    written = notes(living, 10)
    answer, got = api.get("/audit", params={"object": "x", "limit": 4}), list[str]()
    rounds = 0
    while True:
        got += [entry["actor"] for entry in answer.json()]
        rounds += 1
        if "next" not in answer.links:
            break
        answer = api.get(f"http://{api.base_url.netloc.decode()}{answer.links['next']['url']}")
        assert answer.status_code == 200, answer.text
    assert sorted(got) == written and rounds == 3


def test_accept_decides_where_format_says_nothing_and_after_goes_on(api: httpx.Client, living: Context) -> None:
    notes(living, 5)
    lines = api.get("/audit", params={"object": "x"}, headers={"Accept": "application/x-ndjson"})
    assert lines.headers["Content-Type"].startswith("application/x-ndjson")
    entries = [json.loads(line) for line in lines.text.splitlines()]
    assert len(entries) == 5
    after = f"{entries[1]['at']},{entries[1]['event_id']}"
    rest = api.get("/audit", params={"object": "x", "after": after, "format": "jsonl"})
    assert [json.loads(line) for line in rest.text.splitlines()] == entries[2:]
    assert api.get("/audit", headers={"Accept": "text/csv"}).headers["Content-Type"].startswith("text/csv")
    assert api.get("/audit", params={"format": "json"}, headers={"Accept": "text/csv"}).json()


def test_an_after_that_says_nothing_is_refused_with_the_remedy(api: httpx.Client) -> None:
    for after in ("yesterday,1", "2026-11-19T15:00:00,1", "2026-11-19T15:00:00Z", "2026-11-19T15:00:00Z,"):
        answer = api.get("/audit", params={"after": after})
        assert answer.status_code == 400, after
        assert "write at and event_id of the last entry" in answer.json()["detail"]


def test_the_terminal_prints_a_table_json_and_lines(url: str, living: Context) -> None:
    notes(living, 4)
    table = terminal(url, "audit", "--since", "2h", "--object", "x")
    assert table.exit_code == 0 and all(f"p{n:02}" in table.output for n in range(4))
    assert "nothing was done" in terminal(url, "audit", "--since", "5m", "--object", "x").output
    entries = json.loads(terminal(url, "audit", "--since", "2h", "--object", "x", "--json").output)
    since = (living.now - timedelta(hours=2)).isoformat()
    lines = terminal(url, "audit", "--since", since, "--object", "x", "--json-lines").output.splitlines()
    assert [json.loads(line) for line in lines] == entries and len(entries) == 4
    (own,) = json.loads(terminal(url, "audit", "--since", "2h", "--actor", "p02", "--json").output)
    assert (own["actor"], own["door"], own["action"], own["outcome"]) == ("p02", "page", "open", "done")
    wrong = terminal(url, "audit", "--since", "yesterday")
    assert wrong.exit_code == 2 and "neither a duration nor a moment with a zone" in wrong.output


def test_following_prints_each_entry_once(url: str, living: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    looks = 0

    def between(_: float) -> None:
        nonlocal looks
        looks += 1
        if looks == 3:
            raise KeyboardInterrupt
        log.note(living, f"then{looks}", "page", "open", "x", "done")

    notes(living, 2)
    monkeypatch.setattr(audit_command, "time", SimpleNamespace(sleep=between))
    told = terminal(url, "audit", "--since", "2h", "--object", "x", "--follow")
    assert [json.loads(line)["actor"] for line in told.output.splitlines()][2:] == ["then1", "then2"]
    assert len(told.output.splitlines()) == 4


# --- incidents


def test_an_incident_over_http_listed_opened_acted_on_and_in_the_log(
    api: httpx.Client, scheduler: Alerting, incident: str
) -> None:
    assert incident in {one["incident_id"] for one in api.get("/incidents").json()["incidents"]}
    before = api.get(f"/incidents/{incident}").json()
    assert before["incident"]["acknowledged_by"] == "" and before["history"]
    act = f"/incidents/{incident}/commands"
    taken = outcome(api, scheduler, api.post(act, json={"action": "acknowledge", "by": "integration", "request_id": "r-1"}))
    assert taken["outcome"] == "accepted"
    again = api.post(act, json={"action": "acknowledge", "by": "integration", "request_id": "r-1"})
    assert [one["outcome"] for one in again.json()] == ["accepted"], "sent again, it counts once"
    assert api.get(f"/incidents/{incident}").json()["incident"]["acknowledged_by"] == "integration"
    refused, stranger, unknown = outcomes(
        api, scheduler,
        api.post(act, json={"action": "reassign", "by": "integration", "value": "nobody-known"}),
        api.post(act, json={"action": "acknowledge", "by": "a-stranger", "source": "slack"}),
        api.post("/incidents/nonsense/commands", json={"action": "resolve", "by": "integration"}),
    )  # fmt: skip
    assert refused["outcome"] == "refused" and "nobody-known" in refused["reason"]
    assert stranger["outcome"] == "refused", "only Slack's own signature vouches for people who are not configured"
    assert unknown["outcome"] == "refused" and "nonsense" in unknown["reason"]
    logged = api.get("/audit", params={"object": f"incident {incident}", "actor": "integration"}).json()
    assert {(e["door"], e["action"], e["outcome"]) for e in logged} >= {
        ("api", "acknowledge", "asked"),
        ("api", "reassign", "asked"),
    }


def test_an_incident_that_does_not_exist(api: httpx.Client, url: str) -> None:
    shown = api.get("/incidents/nonsense")
    assert shown.status_code == 404 and "list them at /api/v1/incidents" in shown.json()["detail"]
    told = terminal(url, "incidents", "show", "nonsense")
    assert told.exit_code != 0 and "nonsense" in str(told.exception or told.output)


BAD: tuple[tuple[str, dict[str, Any]], ...] = (
    ("/incidents/i/commands", {"action": "explode", "by": "integration"}),
    ("/incidents/i/commands", {"action": "acknowledge"}),
    ("/incidents/i/commands", {"action": "acknowledge", "by": ""}),
    ("/incidents/i/commands", {"action": "snooze", "by": "integration", "until": "2026-11-19T15:00:00"}),
    ("/incidents/i/commands", {"action": "comment", "by": "integration", "value": "x" * 2_001}),
    ("/incidents/i/commands", {"action": "acknowledge", "by": "integration", "force": True}),
    ("/silences", {"by": "integration"}),
    ("/silences", {"by": "integration", "until": "tomorrow"}),
    ("/silences", {"by": "integration", "until": "2026-11-19T15:00:00Z", "matchers": ["a=b"] * 51}),
    ("/silences/s/expire", {}),
)


def test_bad_input_is_refused_before_anything_is_recorded(api: httpx.Client) -> None:
    for path, body in BAD:
        assert api.post(path, json=body).status_code == 422, body
    assert [entry for entry in api.get("/audit").json() if entry["door"] == "api"] == []


def test_the_terminal_acts_on_an_incident_and_waits_for_the_answer(url: str, scheduler: Alerting, incident: str) -> None:
    taken = decided(scheduler, url, "incidents", "acknowledge", incident, "--by", "integration")
    assert taken.exit_code == 0 and "accepted" in taken.output
    refused = decided(scheduler, url, "incidents", "resolve", incident, "--by", "a-stranger")
    assert refused.exit_code != 0 and "refused" in str(refused.exception or refused.output)
    shown = json.loads(terminal(url, "incidents", "show", incident, "--json").output)
    assert shown["incident"]["acknowledged_by"] == "integration"
    assert incident in {
        one["incident_id"] for one in json.loads(terminal(url, "incidents", "list", "--json").output)["incidents"]
    }
    assert terminal(url, "incidents", "list").exit_code == 0


# --- silences and deliveries


def test_a_silence_over_http_from_asking_to_its_end(api: httpx.Client, scheduler: Alerting, living: Context) -> None:
    until = (living.now + timedelta(hours=2)).isoformat()
    body = {"by": "integration", "until": until, "matchers": ['interface="erp-price-load"'], "comment": "ERP upgrade"}
    assert outcome(api, scheduler, api.post("/silences", json=body))["outcome"] == "accepted"
    (kept,) = api.get("/silences").json()
    name = kept["silence"]["silence_id"]
    assert (kept["state"], kept["silence"]["comment"]) == ("active", "ERP upgrade")
    assert outcome(api, scheduler, api.post(f"/silences/{name}/expire", json={"by": "integration"}))["outcome"] == "accepted"
    assert api.get("/silences").json() == []
    assert [one["state"] for one in api.get("/silences", params={"ended": True}).json()] == ["expired"]
    past = body | {"until": (living.now - timedelta(hours=1)).isoformat()}
    unknown, over, nothing = outcomes(
        api, scheduler,
        api.post("/silences/nonsense/expire", json={"by": "integration"}),
        api.post("/silences", json=past),
        api.post("/silences", json=body | {"matchers": []}),
    )  # fmt: skip
    assert {unknown["outcome"], over["outcome"], nothing["outcome"]} == {"refused"} and unknown["reason"]
    assert "say until when" in over["reason"] and "a silence needs matchers" in nothing["reason"]


def test_the_terminal_silences_and_ends_it(url: str, scheduler: Alerting) -> None:
    made = decided(scheduler, url, "incidents", "silence", "--by", "integration", 'interface="erp-price-load"', "--hours", "2")
    assert made.exit_code == 0, made.output
    (kept,) = json.loads(terminal(url, "incidents", "silences", "--json").output)
    ended = decided(scheduler, url, "incidents", "expire-silence", kept["silence"]["silence_id"], "--by", "integration")
    assert ended.exit_code == 0
    assert json.loads(terminal(url, "incidents", "silences", "--json").output) == []
    assert "none" in terminal(url, "incidents", "silences").output
    assert "integration" in terminal(url, "incidents", "silences", "--ended").output


def test_the_terminal_lets_somebody_take_over_and_ends_it(url: str, scheduler: Alerting, api: httpx.Client) -> None:
    taken = ("on-call", "override", "duty", "--person", "item-master", "--by", "integration")
    assert decided(scheduler, url, *taken, "--hours", "2").exit_code == 0
    ((one,), (now,)) = json.loads(terminal(url, "on-call", "overrides", "--json").output), api.get("/on-call").json()["schedules"]
    assert (one["state"], one["override"]["person"], now["person"]) == ("active", "item-master", "item-master")
    assert "item-master" in terminal(url, "on-call", "overrides").output
    ended = decided(scheduler, url, "on-call", "end-override", one["override"]["override_id"], "--by", "integration")
    assert ended.exit_code == 0, ended.output
    assert "none" in terminal(url, "on-call", "overrides").output
    assert [row["state"] for row in api.get("/on-call/overrides", params={"ended": True}).json()] == ["ended"]
    refused = decided(scheduler, url, *taken, "--until", "2026-01-01T00:00:00+00:00")
    assert refused.exit_code != 0 and "say until when" in str(refused.exception)
    unread = terminal(url, *taken, "--until", "2026-01-01 08:00")
    assert unread.exit_code == 2 and "no moment with a zone" in unread.output
    logged = {(row["action"], row["object"], row["outcome"]) for row in api.get("/audit").json()}
    kept = f"override {one['override']['override_id']}"
    assert logged >= {("override", "schedule duty", "asked"), ("keep override", kept, "kept"), ("end override", kept, "asked")}
    assert api.post("/on-call/overrides", json={"by": "integration", "schedule": "duty"}).status_code == 422


def test_deliveries_of_an_incident_and_to_a_person(api: httpx.Client, scheduler: Alerting, incident: str) -> None:
    until = time.monotonic() + LIMIT
    while not (found := api.get("/deliveries", params={"incident": incident}).json()):
        assert time.monotonic() < until, "nothing was owed"
        scheduler.step()
    assert {one["incident_id"] for one in found} == {incident}
    person = next(to for one in found for to in one["recipients"] if "@" in to)
    assert all(person in one["recipients"] for one in api.get("/deliveries", params={"person": person}).json())
    assert api.get("/deliveries", params={"person": "stranger@test.health"}).json() == []
    assert api.get("/deliveries", params={"limit": 0}).status_code == 422
