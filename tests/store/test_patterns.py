"""What the configuration check calls a usable pattern, the engine can run; what the engine cannot run is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from domain.loader import check
from store.errors import QueryFailed
from store.query import Query
from store.quoting import literal
from store.store import Store

USABLE = [
    r"(?i)no mapping for item (?P<item>[\w-]+)(?: at (?P<facility>\w+))?", r"a\++", r"[*+]+", r"\(\?=", r"[\]\\]+", r"\d{1,3}?", r"^\s*$",
    r"(?s:a.b)", r"\bPO\b", r"\x41\t", r"(?:a|b)*?c", r"[^\W_]", r"é+", r"a{2,1000}", r"a{1000}",
]  # fmt: skip
BEYOND = [
    r"a(?=b)", r"a(?!b)", r"(?<=a)b", r"(?<!a)b", r"(a)\1", r"(?P<item>a)(?P=item)", r"(a)?(?(1)b|c)", r"(?>a)", r"a*+", r"a++", r"a?+",
    r"a{2}+", r"a{1001}", r"a{2,5000}", r"(?x)a b", r"(?#note)a", r"a\Z", r"\u0041", r"\N{BULLET}", r"(?a)\w", r"(?ix)a b", r"[\u0041]",
]  # fmt: skip


def _runs(store: Store, pattern: str) -> bool:
    try:
        store.value(Query("pattern", f"SELECT match(materialize('x'), {literal(pattern)}) AS found"))
    except QueryFailed:
        return False
    return True


def _accepted(folder: Path, pattern: str) -> bool:
    rule = {"id": "rule", "failure_class": "unclassified", "pattern": pattern}
    (folder / "rules.yaml").write_text(yaml.safe_dump({"failure_rules": [rule]}))
    return check(folder).exit_code == 0


@pytest.mark.parametrize("pattern", USABLE)
def test_a_usable_pattern_is_accepted_and_runs(real_store: Store, tmp_path: Path, pattern: str) -> None:
    assert _runs(real_store, pattern)
    assert _accepted(tmp_path, pattern)


@pytest.mark.parametrize("pattern", BEYOND)
def test_a_pattern_beyond_the_engine_is_refused(real_store: Store, tmp_path: Path, pattern: str) -> None:
    assert not _runs(real_store, pattern)
    assert not _accepted(tmp_path, pattern)
