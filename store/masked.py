"""What masks did to stored spans, and what the masks of a configuration would do to them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from string import Template
from typing import Any

from domain.configuration import Configuration
from store.masking import slots
from store.query import Query
from store.store import Store

_COUNTED = Query.beside(__file__, "masked_counted.sql")
_WOULD = Path(__file__).parent / "masked_would.sql"


def masked_values(store: Store, since: datetime) -> list[dict[str, Any]]:
    """Values masked in spans received since, as rule, interface_id and values; most first."""
    return store.records(_COUNTED, since=since)


def would_mask(store: Store, configuration: Configuration, since: datetime) -> list[dict[str, Any]]:
    """What `configuration` would mask in spans received since: rule, where (attribute or text), values and one masked form.

    The value itself is never returned. The time is written into the text: parameters would be looked for in the patterns.
    """
    text = Template(_WOULD.read_text()).substitute(slots(configuration), since=str(int(since.timestamp())))
    return store.records(Query("masked/would", text))
