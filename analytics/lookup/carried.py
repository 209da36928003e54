"""The business keys that the spans of some traces carry."""

from __future__ import annotations

from typing import Any

from analytics.context import Context
from domain.configuration import Configuration
from store.attributes import COLUMN_OF_KEY, KEY_COLUMNS, indexed_keys
from store.query import Query

_KEYS = Query.beside(__file__, "keys_of_traces.sql")
_OTHER_KEYS = Query.beside(__file__, "other_keys_of_traces.sql")

Name = tuple[str, str, str]  # key type, issuing authority, value
Row = dict[str, Any]


def carried_keys(context: Context, traces: list[str]) -> tuple[list[Name], frozenset[str], frozenset[str]]:
    """Every key on the spans of `traces` (hex), and the facilities and items they name."""
    carried = indexed_keys(context.configuration)
    others = [n for t, _ in carried if t not in COLUMN_OF_KEY for n in _attributes(t, context.configuration)]
    others += [a for _, a in carried if a is not None and _column(a) is None]
    asked = {"traces": traces, **context.scope.parameters()}
    rows = context.store.records(_KEYS, others=others, **asked)
    places, items = frozenset(r["facility_id"] for r in rows), frozenset(r["item_id"] for r in rows)
    if any(r["others"] for r in rows):
        return _other_keys(context, asked), places, items
    names = [_name(row, key_type, issuer) for row in rows for key_type, issuer in carried if key_type in COLUMN_OF_KEY]
    return [name for name in dict.fromkeys(names) if name[2]], places, items


def _name(row: Row, key_type: str, issuer: str | None) -> Name:
    column = _column(issuer) if issuer else None
    return key_type, str(row[column]) if column else "", str(row[COLUMN_OF_KEY[key_type]])


def _column(attribute: str) -> str | None:
    """The column that carries an attribute by default, as the views that fill the key table read it."""
    return next((column for column, (_, names) in KEY_COLUMNS.items() if attribute in names), None)


def _other_keys(context: Context, asked: Row) -> list[Name]:
    """The same where some key or authority lies in an attribute alone."""
    carried = [(t, issuer or "", _attributes(t, context.configuration)) for t, issuer in indexed_keys(context.configuration)]
    rows = context.store.records(
        _OTHER_KEYS,
        types=[c[0] for c in carried],
        issuers=[c[1] for c in carried],
        attributes=[c[2] for c in carried],
        **asked,
    )
    return [(r["key_type"], r["authority"], r["value"]) for r in rows]


def _attributes(key_type: str, configuration: Configuration) -> list[str]:
    configured = [name for t in configuration.key_types if t.id == key_type for name in (t.attribute, *t.aliases)]
    return [*configured, *(KEY_COLUMNS[COLUMN_OF_KEY[key_type]][1] if key_type in COLUMN_OF_KEY else ())]
