"""Reports over HTTP: what is stored as files, progress of a draft, commands, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import orjson
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from analytics.context import Context
from reports import record
from reports.document import TO_JSON
from reports.formats import files
from server.routes import reports
from tests.conftest import NOW

REPORT = replace(TO_JSON.validate_json((Path(__file__).parent / "golden" / "edition2.json").read_bytes()), edition=1)


@pytest.fixture
def client(context: Context) -> TestClient:
    app = FastAPI()
    app.state.runtime = SimpleNamespace(context=context)
    app.include_router(reports.router)
    record.store_edition(context.store, REPORT, {"json": files.digest(files.render(REPORT, "json"))}, "schedule", [], NOW)
    return TestClient(app)


def test_editions_are_listed_and_their_files_are_the_same_bytes(client: TestClient) -> None:
    (listed,) = client.get("/api/v1/reports/editions").json()
    assert (listed["audience"], listed["week"], listed["edition"], listed["configuration"]) == (
        "leadership",
        "2026-W46",
        1,
        REPORT.configuration,
    )
    asked = {"audience": "leadership", "week": "2026-W46", "edition": "1", "format": "json"}
    first, second = (client.get("/api/v1/reports/file", params=asked) for _ in range(2))
    assert first.content == second.content == files.render(REPORT, "json")
    assert first.headers["X-Supplyscope-As-Made"] == "true"
    assert 'filename="sla-2026-W46-leadership-e1.json"' in first.headers["Content-Disposition"]
    whole = client.get("/api/v1/reports/edition", params={"audience": "leadership", "week": "2026-W46"}).json()
    assert whole["report_id"] == REPORT.report_id


def test_a_command_is_pending_until_the_scheduler_answers(client: TestClient) -> None:
    asked = client.post("/api/v1/reports/commands", json={"audience": "leadership", "week": "2026-W46", "by": "cfo"})
    assert asked.status_code == 202
    told = client.get(f"/api/v1/reports/commands/{asked.json()['command_id']}").json()
    assert told["outcome"] == "pending"
    assert client.get("/api/v1/reports/mailings").json() == []


def test_a_draft_tells_its_progress_and_ends_with_the_files(client: TestClient) -> None:
    asked = {"audience": "gateway", "week": "2026-W46", "format": ["json"]}
    refused = client.get("/api/v1/reports/draft", params=asked)
    assert refused.status_code == 404 and "there are leadership" in refused.json()["detail"]
    lines = [orjson.loads(line) for line in client.get("/api/v1/reports/draft", params=asked | {"audience": "it"}).iter_lines()]
    assert [line["done"] for line in lines[:-1]] == list(range(len(lines) - 1))
    assert all(line["doing"] for line in lines[:-1])
    assert list(lines[-1]["files"]) == ["sla-2026-W46-it-draft.json"]


@pytest.mark.parametrize(
    ("path", "status", "why"),
    [
        ("file?audience=leadership&week=2026-W45", 404, "There is no edition of leadership for 2026-W45"),
        ("file?audience=leadership&week=2026-W46&edition=9", 404, "edition 9"),
        ("edition?audience=leadership&week=46", 400, "is not an ISO week"),
        ("draft?week=2026-W54&format=pdf", 400, "does not exist"),
        ("commands/nothing", 404, "There is no command"),
        ("file?audience=leadership&week=2026-W46&format=docx", 422, "format"),
    ],
)
def test_what_is_not_there_says_what_to_do(client: TestClient, path: str, status: int, why: str) -> None:
    answer = client.get(f"/api/v1/reports/{path}")
    assert answer.status_code == status
    assert why in answer.text
