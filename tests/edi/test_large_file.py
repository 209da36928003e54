"""A large catalogue is read in bounded memory: measured in a process of its own. `supplyscope bench edi` does the same with 200 MB."""

from __future__ import annotations

import json
import subprocess
import sys

from tests.support.processes import ROOT


def test_a_catalogue_of_eight_megabytes_grows_memory_by_little() -> None:
    command = [sys.executable, "-m", "benchmarks.edi", "--megabytes", "8", "--json"]
    figures = json.loads(subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout)
    assert figures["prices"] == figures["items"] > 70_000
    assert figures["segments"] == 5 * figures["items"] + 10
    assert figures["problems"] == {}
    assert figures["largest_piece"] <= 4000
    # 20,000 rows are held at a time, whatever the file's size: rows of a whole file would take ten times as much.
    assert figures["growth_mb"] < 60
