"""Every service's command with its environment, as local processes: a span goes from the collector to the dashboard."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from tests.compose.composition import ROOT, composition, localised
from tests.helpers.running_engine import running_engine
from tests.support.processes import RunningServer, running
from tests.support.telemetry import span_request

_SECONDS = 20


@pytest.fixture(scope="module")
def secrets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The secrets folder as the head of docker-compose.yml says to make it."""
    folder = tmp_path_factory.mktemp("secrets")
    for name in composition()["secrets"]:
        (folder / name).write_text(os.urandom(24).hex() + "\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def services(secrets: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, RunningServer]]:
    """The three roles beside an engine, started in the order their conditions allow."""
    described = composition()["services"]
    folder = tmp_path_factory.mktemp("services")
    user = described["clickhouse"]["environment"]["CLICKHOUSE_USER"]
    with ExitStack() as stack:
        engine = stack.enter_context(running_engine(folder / "clickhouse", user, secrets / "clickhouse_password"))
        places = {
            "clickhouse": "127.0.0.1", "8123": str(engine), "mail": "127.0.0.1", "1025": "9", "/run/secrets": str(secrets),
            "/etc/supplyscope": str(ROOT / "examples" / "hospital_network"), "/data": str(folder / "data"),
        }  # fmt: skip
        started = {}
        for role in ("scheduler", "collector", "dashboard"):
            service = localised(described[role], places)
            started[role] = stack.enter_context(running(*service.arguments, environment=service.environment))
        yield started


def test_a_span_sent_to_the_collector_is_told_by_the_dashboard(services: dict[str, RunningServer], secrets: Path) -> None:
    correlation = f"C-{os.urandom(6).hex()}"
    body = span_request(
        "load price condition", datetime.now(UTC), 0.2, "No mapping for item 40-2217 at H07", os.urandom(16), b"", "erp",
        {"interface.id": "erp-price-load", "facility.id": "H07", "contract.id": "MS-7895", "item.id": "40-2217", "correlation.id": correlation},
    )  # fmt: skip
    url = f"{services['collector'].otlp}/v1/traces"
    protobuf = {"Content-Type": "application/x-protobuf"}
    assert httpx.post(url, content=body, headers=protobuf).status_code == 401
    sent = httpx.post(url, content=body, headers=protobuf | _bearer(secrets / "ingest_key"))
    assert sent.status_code == 200, sent.text
    story = httpx.get(
        f"{services['dashboard'].pages}/api/v1/trace/{correlation}", headers=_bearer(secrets / "page_password"), timeout=30
    )
    assert story.status_code == 200, story.text
    assert correlation in story.text
    assert "No mapping for item 40-2217 at H07" in story.text


def test_the_scheduler_does_its_jobs(services: dict[str, RunningServer]) -> None:
    pages = services["scheduler"].pages
    deadline = time.monotonic() + _SECONDS
    frequent = ("build generation", "measure service levels", "decide and send alerts", "accept desk commands")
    while not (runs := _figures(pages, "supplyscope_job_runs_total")) or min(runs[name] for name in frequent) == 0:
        assert time.monotonic() < deadline, runs
        time.sleep(0.5)
    assert set(_figures(pages, "supplyscope_job_failures_total").values()) == {0.0}, "".join(services["scheduler"].log)


def test_the_dashboard_serves_pages_and_keeps_its_figures_to_those_who_know_the_password(
    services: dict[str, RunningServer],
) -> None:
    pages = services["dashboard"].pages
    assert httpx.get(f"{pages}/investigate").headers["content-type"].startswith("text/html")
    assert httpx.get(f"{pages}/api/v1/interfaces").status_code == 401


@pytest.mark.parametrize("role", ["scheduler", "collector", "dashboard"])
def test_the_health_check_of_the_image_passes(services: dict[str, RunningServer], role: str) -> None:
    code = re.search(r'"python", "-c", "(.+)"\]', (ROOT / "Dockerfile").read_text(encoding="utf-8"))
    assert code
    port = services[role].pages.rsplit(":", 1)[1]
    subprocess.run([sys.executable, "-c", code[1]], env=os.environ | {"SUPPLYSCOPE_PORT": port}, check=True, timeout=30)


def _bearer(file: Path) -> dict[str, str]:
    return {"Authorization": f"Bearer {file.read_text(encoding='utf-8').strip()}"}


def _figures(pages: str, name: str) -> dict[str, float]:
    """The figure of each job."""
    text = httpx.get(f"{pages}/metrics", timeout=10).raise_for_status().text
    return {job: float(value) for job, value in re.findall(name + r'\{job="(.+?)"\} (\S+)', text)}
