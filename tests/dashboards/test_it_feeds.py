"""What the IT page says of queues, expected batches and calls."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from analytics.batches import ArrivalState
from analytics.dependencies.rows import Edge, Standing
from analytics.queues import QueueOutlook
from dashboards.views import it_feeds

_AT = datetime(2026, 11, 20, 12, tzinfo=UTC)


def _queue(**changes: Any) -> QueueOutlook:
    given: dict[str, Any] = {
        "queue": "q", "broker": "", "interface_id": "", "sampled": _AT, "depth": 5, "silent": False, "rate": None, "trend": None, "drain_method": "",
        "drain_seconds": None, "stuck": "", "stuck_since": None, "in_flight": None, "growth_per_hour": None, "usual_weeks": 0, "usual_depth": None,
        "high_depth": None, "usual_growth_per_hour": None,
    }  # fmt: skip
    return QueueOutlook(**given | changes)


def _arrival(state: str, *flags: str) -> ArrivalState:
    return ArrivalState("a", "price-load", "", _AT, _AT, _AT, None, state, None, None, "", None, None, flags)


def test_a_queue_that_is_not_draining_says_so_and_an_unknown_one_says_nothing() -> None:
    assert it_feeds.outlook_row(_queue(drain_method="rates"))["Empty in"] == "not draining"
    assert it_feeds.outlook_row(_queue())["Empty in"] == ""
    assert it_feeds.outlook_row(_queue(usual_weeks=8, high_depth=4.0))["State"] == "! deeper than usual"
    assert it_feeds.outlook_row(_queue(usual_weeks=2, high_depth=4.0))["State"] == "● ok", "two weeks are no habit"
    assert it_feeds.outlook_finding([_queue(stuck="no_consumer")]) == "q is stuck with 5 messages"


def test_every_state_of_an_arrival_has_its_sign_and_missing_ones_come_first() -> None:
    states = ("awaited", "on_time", "arrived_late", "late", "missed")
    assert len({it_feeds.due_row(_arrival(state))["State"] for state in states}) == len(states)
    assert it_feeds.due_finding([_arrival("missed"), _arrival("on_time", "partial")]).startswith("1 batch did not come")
    assert it_feeds.due_finding([_arrival("on_time", "partial")]) == "1 batch came late or not whole"


def test_every_standing_has_its_words() -> None:
    for standing in Standing:
        edge = Edge("call", "a", "", "b", "", "", 2, 0.1, 1, 0.5, 1, 0, 0.1, 0.1, 0.2, None, _AT - timedelta(hours=1), standing)
        assert it_feeds.call_row(edge)["State"]
    assert "nobody configured" in it_feeds.calls_finding(
        [edge, Edge("call", "x", "", "b", "", "", 1, 0.1, 0, 0.0, 0, 0, 0.1, 0.1, 0.2, None, _AT, Standing.UNDECLARED_CALLER)]
    )
