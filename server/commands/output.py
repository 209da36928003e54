"""Printing for people and for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

# Into a file or a pipe nothing should be folded to a terminal's width.
console = Console(width=None if sys.stdout.isatty() else 240)
_errors = Console(stderr=True)
Column = tuple[str, str | Callable[[Mapping[str, Any]], str]]


def print_json(document: Any) -> None:
    """One JSON document on standard output."""
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")


def print_table(title: str, rows: Iterable[Mapping[str, Any]], columns: Iterable[Column], empty: str) -> None:
    """Rows under a title; `empty` is said when there are none. A column is (heading, field name or function of the row)."""
    chosen, found = list(columns), list(rows)
    if not found:
        console.print(Text(f"{title}: {empty}"))
        return
    table = Table(title=title, title_justify="left", title_style="bold", header_style="bold")
    for heading, _ in chosen:
        table.add_column(heading, overflow="fold")
    for row in found:
        table.add_row(*(Text(_cell(row, source)) for _, source in chosen))
    console.print(table)


def fail(message: str) -> None:
    """A message for people on standard error, never interpreted as markup."""
    _errors.print(Text(f"supplyscope: {message}"), style="bold", soft_wrap=True)


def _cell(row: Mapping[str, Any], source: str | Callable[[Mapping[str, Any]], str]) -> str:
    value = source(row) if callable(source) else row.get(source)
    if value is None:
        return "–"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value)
