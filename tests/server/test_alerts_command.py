"""`supplyscope alerts test`: which route a written alert takes, and what every stage says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from server.cli import app
from tests.support.network import NETWORK
from tests.support.processes import write_configuration

_ALERTS = """
- name: refused
  severity: critical
  labels: {failure_class: item_mapping_missing, interface: erp-price-load, facility: H07, contract: MS-7895, owner: item-master}
- {name: deep, labels: {kind: queue_drain, queue: price.load}}
- {name: stuck, severity: critical, labels: {kind: queue_stuck, queue: price.load}}
- {name: old, since: 2d, severity: info, labels: {kind: batch, job: price-load}}
"""
_ROUTES = [
    {"id": "page", "channels": ["slack", "mail"], "match": {"min_severity": "critical"}, "to": ["integration"]},
    {"id": "ticket", "channels": ["mail"], "match": {"min_severity": "warning"}, "group_by": ["kind"], "mute": ["nights"]},
]
_NIGHTS = [{"id": "nights", "spans": [{"times": [{"start": "00:00", "end": "06:00"}], "time_zone": "America/Chicago"}]}]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "alerts.yaml").write_text(_ALERTS)
    write_configuration(tmp_path / "config", {**NETWORK, "routes": _ROUTES, "time_intervals": _NIGHTS})
    return tmp_path


def _run(folder: Path, *options: str, file: str = "alerts.yaml") -> tuple[int, str]:
    result = CliRunner().invoke(app, ["alerts", "test", str(folder / file), "--config", str(folder / "config"), *options])
    return result.exit_code, result.output


def test_route_group_people_and_reasons(folder: Path) -> None:
    code, said = _run(folder, "--json", "--at", "2026-11-19T15:00:00+00:00")
    assert code == 0
    refused, deep, stuck, old = json.loads(said)["alerts"]
    assert [(r["route"], r["told"], r["reason"]) for r in refused["routes"]] == [("page", True, "first notification")]
    assert refused["routes"][0]["recipients"] == ["items@test.health", "oncall@test.health"]
    assert refused["routes"][0]["first_look"] == "2026-11-19T15:00:00Z"
    assert [(r["told"], r["reason"]) for r in deep["routes"]] == [(False, 'inhibited by "alert stuck" (stuck-queue)')]
    assert deep["routes"][0]["first_look"] == "2026-11-19T15:00:30Z"
    assert deep["subject"] == "ticket: kind queue_drain"
    assert stuck["routes"][0]["told"]
    assert (old["routes"], old["reason"]) == ([], "nobody is told: no route matches")
    assert [stage for stage, _ in refused["routes"][0]["stages"]] == [
        "match", "group", "inhibit", "silence", "maintenance", "active hours", "dedupe", "throttle",
    ]  # fmt: skip


def test_the_moment_decides_about_active_hours(folder: Path) -> None:
    (folder / "one.yaml").write_text("name: deep\nlabels: {kind: queue_drain}\n")
    code, said = _run(folder, "--at", "2026-11-19T03:00:00-06:00", file="one.yaml")
    assert code == 0
    assert 'deep (warning) opens incident "ticket: kind queue_drain": muted during nights' in said
    assert "route ticket tells nothing through mail to" not in said.split("\n", maxsplit=1)[0]
    assert "active hours  muted during nights" in said


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("- {nam: x}", "0.nam"),
        ("- {severity: huge}", "0.severity"),
        ("{", "neither YAML nor JSON"),
        ("- {since: soon}", "0.since"),
    ],
)
def test_a_mistake_is_said_with_its_place_and_exit_2(folder: Path, content: str, words: str) -> None:
    (folder / "broken.yaml").write_text(content)
    code, said = _run(folder, file="broken.yaml")
    assert code == 2
    assert words in said


def test_a_moment_without_zone_is_refused(folder: Path) -> None:
    code, said = _run(folder, "--at", "2026-11-19T03:00:00")
    assert code == 2
    assert "is no moment with a zone" in said
