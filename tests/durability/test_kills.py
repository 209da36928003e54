"""A short run of `supplyscope bench faults`: kill -9 under load, then everything against a recount."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("mode", ["embedded", "server"])
def test_after_kills_every_acknowledged_span_is_there_once(mode: str) -> None:
    run = subprocess.run(
        [sys.executable, "benchmarks/faults.py", "--kills", "2", "--modes", mode, "--part", "collector", "--json"],
        cwd=ROOT, capture_output=True, text=True, timeout=540,
    )  # fmt: skip
    outcome = json.loads(run.stdout)
    assert {name: outcome[name] for name in ("duplicated", "lost", "torn")} == {"duplicated": 0, "lost": 0, "torn": 0}
    assert outcome["found"] == outcome["acknowledged"] > 0
    assert outcome["modes"][mode]["kills"] == 2
