"""`supplyscope check` prints exactly the pinned messages and exits 2; a usable configuration is summed up with exit 0."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from server.cli import app
from tests.domain.test_broken_configurations import BROKEN, FILES

EXAMPLE = BROKEN.parents[2] / "examples" / "hospital_network"


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_prints_the_pinned_messages(file: Path) -> None:
    result = CliRunner().invoke(app, ["check", str(file)])
    assert result.exit_code == 2
    assert result.output.replace(f"{BROKEN}/", "") == file.with_suffix(".expected").read_text()


def test_as_json_for_programs() -> None:
    result = CliRunner().invoke(app, ["check", str(BROKEN / "unknown_owner.yaml"), "--json"])
    (problem,) = json.loads(result.output)["problems"]
    assert result.exit_code == 2
    assert (problem["line"], problem["path"]) == (13, "interfaces[price-load].owner")


def test_the_example_network_is_usable() -> None:
    result = CliRunner().invoke(app, ["check", str(EXAMPLE)])
    assert result.exit_code == 0
    assert "12 facilities" in result.output
