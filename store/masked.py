"""What masks did to what is stored, and what the masks of a configuration would do to it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from string import Template
from typing import Any

from domain.configuration import Configuration
from store.masking import slots
from store.query import Query
from store.quoting import literal
from store.store import Store

_COUNTED = Query.beside(__file__, "masked_counted.sql")
_WOULD = Path(__file__).parent / "masked_would.sql"


def masked_values(store: Store, since: datetime) -> list[dict[str, Any]]:
    """Values masked in what was received since (spans, and rows of other doors), as rule, interface_id and values; most first."""
    return store.records(_COUNTED, since=since)


def would_mask(store: Store, configuration: Configuration, since: datetime) -> list[dict[str, Any]]:
    """What `configuration` would mask in what was received since: rule, where (attribute or text), values and one masked form.

    Looked through are attributes and free text of spans, their events, logs, metric points, batch runs, rejects and failures.

    The value itself is never returned. The time is written into the text: parameters would be looked for in the patterns.
    """
    text = Template(_WOULD.read_text()).substitute(slots(configuration), since=str(int(since.timestamp())))
    return store.records(Query("masked/would", text))


def masked_text(store: Store, configuration: Configuration, text: str) -> str:
    """`text` as the masks of `configuration` would store it: what people type may hold what telemetry may not."""
    wrapped = f"WITH\n{slots(configuration)['masking']}\n    1 AS none\nSELECT masked_everywhere('', {literal(text)})"
    return str(store.value(Query("masked/text", wrapped)))
