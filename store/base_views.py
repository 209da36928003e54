"""Views that are not of a generation: created, replaced in place, or dropped, without a moment in which rows are lost."""

from __future__ import annotations

from domain.configuration import Configuration
from store.query import Query
from store.store import Store
from store.view_definitions import render

_CURRENT = Query("views/current", "SELECT name, definition FROM schema_views FINAL")


def changes(store: Store, configuration: Configuration, *, blank: bool = False) -> dict[str, str]:
    """View name → the statement that brings it to `configuration`. `blank`: as if no view existed; reads nothing then.

    A view that exists has its query replaced, which the engine does at once: dropping and creating it again would lose
    what is inserted meanwhile, and acknowledge it.
    """
    current = {} if blank else {row["name"]: row["definition"] for row in store.records(_CURRENT)}
    wanted = render(configuration)
    return {name: _statement(name, sql, name in current) for name, sql in wanted.items() if current.get(name) != sql}


def apply(store: Store, configuration: Configuration) -> list[str]:
    """Run what `changes` says; returns the statements."""
    statements = changes(store, configuration)
    wanted = render(configuration)
    for name, statement in statements.items():
        store.command(statement)
        store.insert("schema_views", [{"name": name, "definition": wanted[name]}])
    return list(statements.values())


def _statement(name: str, definition: str, exists: bool) -> str:
    return f"ALTER TABLE {name} MODIFY QUERY\n{definition.split(' AS' + chr(10), 1)[1]}" if exists else definition
