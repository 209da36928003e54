"""The command line: what the documents name exists, and a server that is away is said in words."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from server.cli import app
from server.commands.remote import RemoteError, get
from tests.support.processes import ROOT
from tests.support.receivers import free_port

_COMMANDS = set(get_command(app).commands)  # type: ignore[attr-defined]
_DOCUMENTS = (
    "README.md",
    "CONTRIBUTING.md",
    "ARCHITECTURE.md",
    "examples/scms/mapping.yaml",
    "examples/hospital_network/README.md",
)
_CONTRACT = {
    "serve", "demo", "check", "import", "trace", "flows", "failures", "sla", "queues", "batches", "pricing", "incidents", "report", "bench", "doctor",
}  # fmt: skip


def test_every_promised_command_exists() -> None:
    assert _CONTRACT <= _COMMANDS


@pytest.mark.parametrize("document", _DOCUMENTS)
def test_commands_named_in_documents_exist(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    named = set(re.findall(r"(?:^|[`/ ])supplyscope ([a-z]+)\b", text, re.MULTILINE))
    assert named <= _COMMANDS | {"checks", "is", "as"}, named - _COMMANDS


@pytest.mark.parametrize("command", sorted(_CONTRACT))
def test_help_says_what_a_command_does(command: str) -> None:
    told = CliRunner().invoke(app, [command, "--help"])
    assert told.exit_code == 0
    assert len(told.output) > 100


def test_a_server_that_is_away_is_named_with_the_remedy() -> None:
    address = f"http://127.0.0.1:{free_port()}"
    with pytest.raises(RemoteError, match=rf"{address} does not answer .*; start it with: supplyscope serve"):
        get(address, "flows")


def test_check_prints_a_summary_or_every_error(tmp_path: Path) -> None:
    runner = CliRunner()
    good = runner.invoke(app, ["check", str(ROOT / "examples" / "hospital_network"), "--json"])
    assert (good.exit_code, json.loads(good.stdout)["valid"]) == (0, True)
    (tmp_path / "broken.yaml").write_text("facilities:\n  - {id: H01, name: One, time_zone: Mars/Olympus}\n  - {id: H01}\n")
    bad = runner.invoke(app, ["check", str(tmp_path), "--json"])
    problems = json.loads(bad.stdout)["problems"]
    assert bad.exit_code == 2
    assert len(problems) >= 3
    assert all(p["remedy"] and p["line"] for p in problems)


def test_an_unknown_benchmark_lists_the_known() -> None:
    told = CliRunner().invoke(app, ["bench", "nonsense"])
    assert told.exit_code == 2
    assert "ingest" in told.output
