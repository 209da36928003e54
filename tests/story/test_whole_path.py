"""From a program outside the project to the failure, the stuck instance, the breach, one message each, and the told story."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.network import NETWORK
from tests.support.processes import RunningServer, running, supplyscope, write_configuration
from tests.support.receivers import Mailbox, Webhook, mail_server, webhook

pytestmark = pytest.mark.timeout(180)
CORRELATION = "C-7f3a9c21"
_WITHIN = timedelta(hours=12)
_PROGRAM = Path(__file__).resolve().parents[1] / "support" / "outside_program.py"


class Scene:
    """The running platform, its receivers, and when the contract line is due."""

    def __init__(self, server: RunningServer, mailbox: Mailbox, hook: Webhook) -> None:
        self.server, self.mailbox, self.hook = server, mailbox, hook
        self.due = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=8)
        self.executed = self.due - _WITHIN

    def ask(self, path: str, **parameters: Any) -> Any:
        response = httpx.get(f"{self.server.pages}/api/v1/{path}", params=parameters, timeout=30, trust_env=False)
        assert response.is_success, f"{path}: {response.status_code} {response.text}\n{''.join(self.server.log)}"
        return response.json()


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    folder = tmp_path_factory.mktemp("whole-path")
    config = write_configuration(folder / "config", NETWORK)
    with mail_server() as mailbox, webhook() as hook:
        environment = {"TEST_SLACK_URL": hook.url, "TEST_SMTP_HOST": "127.0.0.1", "TEST_SMTP_PORT": str(mailbox.port)}
        options = ("serve", "--port", "0", "--otlp-http-port", "0", "--config", str(config), "--data", str(folder / "data"))
        with running(*options, environment=environment) as server:
            scene = Scene(server, mailbox, hook)
            program = [sys.executable, str(_PROGRAM), server.otlp, CORRELATION, str(int(scene.executed.timestamp()) * 10**9)]
            subprocess.run(program, check=True, timeout=60)
            yield scene


def eventually(read: Callable[[], Any], seconds: float = 20) -> Any:
    """The first truthy answer; the last one when time runs out."""
    until = time.monotonic() + seconds
    while not (answer := read()) and time.monotonic() < until:
        time.sleep(0.25)
    return answer


def test_failure_is_listed_under_its_class_with_its_objects_and_owner(scene: Scene) -> None:
    (group,) = eventually(lambda: scene.ask("failures", state="open")["groups"], 15)
    assert (group["failure_class"], group["owner"], group["object"]) == ("item_mapping_missing", "item-master", "40-2217")
    assert (group["contracts"], group["items"], group["facilities"]) == (["MS-7895"], ["40-2217"], ["H07"])
    assert group["remedy"] == "Add the item cross-reference, then resubmit the load."


def test_instance_is_stuck_at_the_refused_stage(scene: Scene) -> None:
    (instance,) = eventually(lambda: scene.ask("flows", flow="contract_activation")["instances"], 15)
    assert (instance["state"], instance["waiting_for"], instance["key"]) == ("stuck", "erp_loaded", "MS-7895")
    assert (instance["facility_id"], instance["item_id"]) == ("H07", "40-2217")
    assert instance["failure_message"] == "No mapping for item 40-2217 at H07"


def test_breach_opened_at_the_due_time_not_at_detection(scene: Scene) -> None:
    (breach,) = eventually(lambda: scene.ask("sla", sla_id="activation")["breaches"], 60)
    assert datetime.fromisoformat(breach["opened"]) == scene.due
    assert datetime.fromisoformat(breach["detected"]) > scene.due
    assert breach["closed"] is None


def test_exactly_one_mail_and_one_slack_message(scene: Scene) -> None:
    eventually(lambda: scene.ask("sla", sla_id="activation")["breaches"], 60)
    eventually(lambda: scene.mailbox.messages and scene.hook.messages, 60)
    # The breach joins the incident that the failure opened.
    eventually(lambda: [i for i in scene.ask("incidents")["incidents"] if len(i["reasons"]) >= 2], 60)
    time.sleep(11)  # Two more rounds of the alert job: nothing may follow.
    assert (len(scene.mailbox.messages), len(scene.hook.messages)) == (1, 1)
    mail = scene.mailbox.messages[0]
    assert "items@test.health" in mail["To"]
    html = mail.get_body(("html",))
    assert html is not None
    said = html.get_content()
    for fact in ("40-2217", "MS-7895", "H07", "Item master team", CORRELATION):
        assert fact in said
        assert fact in json.dumps(scene.hook.messages[0])
    incidents = scene.ask("incidents")["incidents"]
    assert [(i["state"], len(i["reasons"]) >= 2) for i in incidents] == [("open", True)]


def test_trace_prints_the_story(scene: Scene) -> None:
    told = supplyscope("trace", CORRELATION, "--server", scene.server.pages)
    assert told.returncode == 0, told.stderr
    for fact in ("40-2217", "MS-7895", "H07", "contract.executed", "load price"):
        assert fact in told.stdout
    document = json.loads(supplyscope("trace", CORRELATION, "--server", scene.server.pages, "--json").stdout)
    assert {s["name"] for s in document["spans"]} == {"contract.executed", "832 received", "load price"}
    assert supplyscope("trace", "C-unknown", "--server", scene.server.pages).returncode == 1


def test_wrong_paths_hosts_and_methods_are_refused_as_json(scene: Scene) -> None:
    wrong = httpx.get(f"{scene.server.pages}/no/such/page", trust_env=False)
    assert (wrong.status_code, wrong.headers["content-type"]) == (404, "application/json")
    agent = httpx.get(f"{scene.server.pages}/_stcore/agent/openapi.json", trust_env=False)
    assert agent.status_code == 404
    assert httpx.post(f"{scene.server.pages}/investigate", trust_env=False).status_code == 405
    assert httpx.get(scene.server.pages, headers={"Host": "evil.example"}, trust_env=False).status_code == 400
    assert httpx.get(scene.server.pages, headers={"Origin": "http://evil.example"}, trust_env=False).status_code == 403
    assert httpx.get(f"{scene.server.pages}/investigate", trust_env=False).headers["content-type"].startswith("text/html")


@pytest.mark.browser
def test_browser_types_a_correlation_id_and_sees_its_waterfall(scene: Scene, chromium: Any) -> None:
    page = chromium.new_page()
    page.goto(f"{scene.server.pages}/investigate", wait_until="domcontentloaded")
    box = page.get_by_placeholder("correlation id").first
    box.wait_for(timeout=60_000)
    box.fill(CORRELATION)
    box.press("Enter")
    page.get_by_role("heading", name="40-2217").first.wait_for(timeout=60_000)
    page.locator(".js-plotly-plot").first.wait_for(timeout=60_000)
    drawn = page.locator(".js-plotly-plot").first.inner_text()
    assert "load price" in drawn
    assert f"q={CORRELATION}" in page.url
    page.close()
