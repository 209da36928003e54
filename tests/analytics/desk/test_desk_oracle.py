"""The engine folds the record as the pure core does, whatever happened in whichever order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.context import Context
from analytics.desk.keeping import _ITEMS_OF
from analytics.desk.record import Action, Event, WorkItem, folded
from store.query import Query

START = datetime(2026, 11, 1, tzinfo=UTC)
VALUES = {
    Action.ASSIGN: st.sampled_from(["", "integration", "item-master"]),
    Action.DUE: st.sampled_from(["", "2026-11-20T23:59:59+00:00", "2026-12-01T10:00:00.250000+00:00"]),
    Action.TAG: st.sampled_from(["hub", "gpo", "vendor"]),
    Action.UNTAG: st.sampled_from(["hub", "gpo", "vendor"]),
}
HAPPENED = st.lists(
    st.sampled_from(list(Action)).flatmap(lambda a: st.tuples(st.just(a), VALUES.get(a, st.just("why")))), min_size=1, max_size=14
)


@given(st.lists(HAPPENED, min_size=1, max_size=12), st.randoms(use_true_random=False))
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_sql_and_core_agree(context: Context, items: list[list[tuple[Action, str]]], order: object) -> None:
    context.store.command("TRUNCATE TABLE work_item_events")
    events = [
        Event(f"item{n}", START + timedelta(hours=at, microseconds=n), action, f"someone{at % 3}", value)
        for n, happened in enumerate(items)
        for at, (action, value) in enumerate(happened)
    ]
    shuffled = list(events)
    order.shuffle(shuffled)  # type: ignore[attr-defined]
    rows = [
        {"item_id": e.item_id, "time": e.time, "kind": "event", "action": e.action.value, "actor": e.actor, "value": e.value}
        for e in shuffled
    ]
    context.store.insert("work_item_events", rows)
    context.store.insert("work_item_events", rows[: len(rows) // 2])
    names = sorted({e.item_id for e in events})
    told = {item.item_id: item for item in context.store.rows(_ITEMS_OF, WorkItem, item_ids=names)}
    assert told == {name: folded(e for e in events if e.item_id == name) for name in names}
    assert context.store.value(Query("test/rows", "SELECT count() FROM work_item_events FINAL")) == len(events)
