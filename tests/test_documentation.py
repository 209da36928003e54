"""Documents are true: links lead somewhere, decisions are listed, every table is explained, every target named exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from store.view_definitions import NAMES

ROOT = Path(__file__).resolve().parents[1]
_OUTSIDE = re.compile(r"[a-z]+:|//")
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_FENCE = re.compile(r"^```.*?^```", re.M | re.S)
_HIDDEN = {".venv", ".git", "node_modules", "data"}


def _documents() -> list[Path]:
    return sorted(f for f in ROOT.rglob("*.md") if not _HIDDEN & set(f.relative_to(ROOT).parts))


DOCUMENTS = _documents()


def _anchors(document: Path) -> set[str]:
    """The anchors that headings become: lower case, punctuation dropped, spaces to dashes."""
    headings = re.findall(r"^#+ (.+)$", _FENCE.sub("", document.read_text()), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def _broken(document: Path) -> list[str]:
    found = []
    for link in _LINK.findall(_FENCE.sub("", document.read_text())):
        if _OUTSIDE.match(link):
            continue
        path, _, anchor = link.partition("#")
        target = (document.parent / path).resolve() if path else document
        if not target.exists() or (anchor and target.suffix == ".md" and anchor not in _anchors(target)):
            found.append(link)
    return found


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda d: str(d.relative_to(ROOT)))
def test_every_relative_link_leads_somewhere(document: Path) -> None:
    assert _broken(document) == []


def test_the_documents_a_newcomer_looks_for_exist() -> None:
    for name in ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "LICENSE"):
        assert (ROOT / name).read_text().strip(), name


def test_every_decision_is_listed_and_complete() -> None:
    folder = ROOT / "docs" / "adr"
    listed = set(re.findall(r"\((\d{4}-[\w-]+\.md)\)", (folder / "README.md").read_text()))
    records = sorted(folder.glob("[0-9]*.md"))
    assert listed == {record.name for record in records}
    assert [int(record.name[:4]) for record in records] == list(range(1, len(records) + 1))
    for record in records:
        text = record.read_text()
        for part in ("Status: ", "## Context", "## Decision", "## Consequences"):
            assert part in text, f"{record.name} has no {part}"


def test_every_table_and_view_is_explained() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text()
    created = [re.findall(r"CREATE TABLE (?:IF NOT EXISTS )?(\w+)", f.read_text()) for f in (ROOT / "store").rglob("*.sql")]
    missing = {name for names in created for name in names if f"`{name}`" not in text} | {n for n in NAMES if n not in text}
    assert not missing


def test_every_make_target_that_is_named_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.M))
    named = {t for d in DOCUMENTS for t in re.findall(r"(?:`|^|\s)make ([a-z]+)(?=`|\s+#|\s*$)", d.read_text(), re.M)}
    assert {"demo", "test", "check", "bench", "setup", "help"} <= targets
    assert named <= targets


def test_every_package_is_on_the_map() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text()
    packages = {f.parent.name for f in ROOT.glob("*/__init__.py")} - {"tests"}
    assert {p for p in packages if f"{p}/" not in text} == set()
