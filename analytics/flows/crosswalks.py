"""Crosswalks in the store: reported by events, and those of the configuration beside them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from analytics.context import Context
from store.query import Query

_NEWEST = Query("flows/newest_crosswalk", "SELECT max(received) FROM crosswalks WHERE key_type IN ('item', 'facility')")
_CONFIGURED = Query(
    "flows/configured_crosswalks",
    "SELECT key_type, authority, value, other_authority, other_value, valid_from, valid_to FROM crosswalks FINAL"
    " WHERE source = 'configuration' AND withdrawn = 0",
)
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_COLUMNS = ("key_type", "authority", "value", "other_authority", "other_value", "valid_from", "valid_to")


def newest(context: Context) -> datetime | None:
    """When an item or facility was last given another name; None when there is no crosswalk of either."""
    found = context.store.value(_NEWEST)
    return None if found is None or found <= _NEVER else found


def keep_configured(context: Context) -> None:
    """Store the configuration's crosswalks and the other names of its facilities; withdraw those it no longer has."""
    stored = {tuple(row[c] for c in _COLUMNS) for row in context.store.records(_CONFIGURED)}
    wanted = {tuple(getattr(walk, c) for c in _COLUMNS) for walk in context.configuration.crosswalks}
    wanted |= {("facility", "", f.id, "", alias, None, None) for f in context.configuration.facilities for alias in f.aliases}
    rows = [_row(names, 0, context.now) for names in wanted - stored] + [_row(names, 1, context.now) for names in stored - wanted]
    context.store.insert("crosswalks", rows)


def _row(names: tuple[Any, ...], withdrawn: int, received: datetime) -> dict[str, Any]:
    own = dict(zip(_COLUMNS, names, strict=True))
    return {**own, "withdrawn": withdrawn, "source": "configuration", "source_id": "", "received": received}
