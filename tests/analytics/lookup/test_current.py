"""Look-ups read milestones without the view, for speed: they must see what the view shows, whatever its definition becomes."""

from __future__ import annotations

import re
from pathlib import Path

from store.query import Query
from store.store import Store

_CONDITION = "(milestones.generation = {generation:UInt32} OR (milestones.generation = 0 AND milestones.source != 'span'))"
_VIEW = Query(
    "test/view", "SELECT as_select AS text FROM system.tables WHERE database = currentDatabase() AND name = 'current_milestones'"
)


def test_the_condition_is_that_of_the_view(store: Store) -> None:
    text = re.sub(r"\s+", " ", str(store.value(_VIEW)))
    assert text.endswith(
        "WHERE (generation = (SELECT max(number) FROM "
        + store.location.database
        + ".active_generation)) OR ((generation = 0) AND (source != 'span'))"
    )


def test_every_look_up_uses_it() -> None:
    folder = Path(__file__).resolve().parents[3] / "analytics" / "lookup"
    reading = {f.name: f.read_text() for f in folder.glob("*.sql") if re.search(r"FROM milestones\b", f.read_text())}
    assert set(reading) == {"links_by_key.sql", "links_by_correlation.sql", "milestones.sql"}
    for name, text in reading.items():
        branches = text.count("FROM milestones")
        shown = text.count(_CONDITION) + text.count("milestones.generation = 0 AND milestones.source != 'span' AND")
        assert shown == branches, name
