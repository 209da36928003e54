"""Every .sql file of the questions is part of a statement that the real engine understands, with parameters of the declared types."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import alerts
import analytics
import reports
from store.query import Query
from store.store import Store

ROOT = Path(analytics.__file__).resolve().parents[1]
FOLDERS = (analytics, alerts, reports)
MOMENT = datetime(2026, 11, 19, 15, 0, tzinfo=UTC)
_ONE = {"String": "x", "Date": MOMENT.date(), "Date32": MOMENT.date(), "Bool": 1}
# Parts of statements put together when asked; test_completeness.py asks them in their real composition.
_PARTS = re.compile(r"^failures/(?:documents_answered|overdue_)")
_WRAPPED = re.compile(r"^(?:Nullable|LowCardinality)\((.*)\)$")


def sample(declared: str) -> Any:
    """A value that the engine reads as the declared type."""
    declared = declared.strip()
    if wrapped := _WRAPPED.match(declared):
        return sample(wrapped[1])
    if declared.startswith("Array("):
        return [sample(declared[6:-1])]
    if declared.startswith("Tuple("):
        return tuple(sample(part) for part in _parts(declared[6:-1]))
    if declared.startswith("Map("):
        key, value = _parts(declared[4:-1])
        return {sample(key): sample(value)}
    if declared.startswith("DateTime"):
        return MOMENT if declared.startswith("DateTime64") else MOMENT.strftime("%Y-%m-%d %H:%M:%S")
    if declared.startswith("FixedString("):
        return "x" * int(declared[12:-1])
    if declared in _ONE:
        return _ONE[declared]
    if re.match(r"^U?Int\d+$|^Float\d+$|^Decimal", declared):
        return 1
    raise AssertionError(f"no sample of type {declared} is known; add one")


def _parts(inside: str) -> list[str]:
    """The types between commas that stand in no brackets."""
    return re.split(r",\s*(?![^()]*\))", inside)


def _modules() -> Iterator[Any]:
    for package in FOLDERS:
        yield package
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            yield importlib.import_module(found.name)


def _inside(value: Any) -> Iterator[Query]:
    if isinstance(value, Query):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _inside(each)
    elif isinstance(value, tuple | list | set | frozenset):
        for each in value:
            yield from _inside(each)


def statements() -> dict[str, str]:
    """Every statement that modules hold ready, by a name of its own."""
    ready = {query.text: query.name for module in _modules() for value in vars(module).values() for query in _inside(value)}
    return {f"{name} #{n}": text for n, (text, name) in enumerate(ready.items()) if not _PARTS.match(name)}


def sql_files() -> list[Path]:
    return sorted(file for package in FOLDERS for file in Path(package.__file__ or "").parent.rglob("*.sql"))


def explained(text: str) -> str:
    """The statement to ask for: of an INSERT … SELECT its SELECT, for the engine plans nothing else."""
    plain = re.sub(r"^\s*--.*\n", "", text, flags=re.MULTILINE)
    return "EXPLAIN " + re.sub(r"^\s*INSERT INTO \w+\s*(?:\([^)]*\))?\s*", "", plain)


def test_every_statement_is_understood(store: Store) -> None:
    refused = {}
    for name, text in statements().items():
        declared = dict(re.findall(r"\{(\w+):([^}]+)\}", text))
        given = {parameter: "UTC" if parameter == "zone" else sample(kind) for parameter, kind in declared.items()}
        try:
            assert store.records(Query(name, explained(text)), **given)
        except Exception as error:
            refused[name] = str(error)[:500]
    assert refused == {}


def test_every_file_is_asked_by_somebody() -> None:
    """A .sql file that no module names is a query nobody runs; parts of statements are named too."""
    sources = "\n".join(file.read_text() for package in FOLDERS for file in Path(package.__file__ or "").parent.rglob("*.py"))
    named = set(re.findall(r"[\"'/]([\w]+)(?:\.sql)?[\"']", sources))
    assert [str(file.relative_to(ROOT)) for file in sql_files() if file.stem not in named] == []
