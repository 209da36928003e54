"""Nothing but the bench reads what the simulator knows to be broken."""

from __future__ import annotations

import json
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("domain", "store", "collector", "analytics", "alerts", "reports", "dashboards", "server")
# supplyscope demo says where the simulator shall write it.
_WRITTEN = ROOT / "server" / "commands" / "demo.py"


def test_no_package_of_the_product_knows_the_simulator() -> None:
    """The layers of pyproject.toml say so too; here the file's name counts as well."""
    known = re.compile(r"^\s*(?:from|import) (?:simulator|benchmarks)\b|ground-truth|truth\.jsonl", re.MULTILINE)
    files = [file for package in PRODUCT for file in (ROOT / package).rglob("*.py")]
    assert len(files) > 200
    assert [str(file) for file in files if known.search(file.read_text()) and file != _WRITTEN] == []


def test_the_truth_is_read_in_the_bench_alone() -> None:
    opened = re.compile(r"truth\b[^\n]*\.(?:read_text|read_bytes|open)\(|open\([^\n]*truth")
    reads = [file.name for file in (ROOT / "benchmarks").glob("*.py") if opened.search(file.read_text())]
    assert reads == ["truth.py"]
    assert "read_text" not in (ROOT / "simulator" / "truth.py").read_text()


def test_no_rule_was_written_for_the_words_of_the_bench() -> None:
    """Patterns of the example's rules match nothing in the file: what is found there is found by code and object."""
    rules = (ROOT / "examples" / "hospital_network" / "failures.yaml").read_text()
    patterns = [re.compile(found) for found in re.findall(r"pattern: '([^']+)'", rules)]
    assert len(patterns) > 10
    wordings = json.loads((ROOT / "simulator" / "wordings" / "unseen.json").read_text())
    assert len(wordings) > 10
    said = [template for templates in wordings.values() for template in templates]
    assert [template for template in said if any(pattern.search(template) for pattern in patterns)] == []
