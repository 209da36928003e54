"""Against a real SQLite file: what the query may return and what is refused."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from collector.queues.poller import PollFailed
from collector.queues.sql import KIND
from tests.support.pollers import built, by_queue, sampled

_OUTBOX = """
SELECT topic AS queue, count(*) AS depth, min(created) AS oldest, sum(state = 'taken') AS in_flight
FROM outbox GROUP BY topic
"""


@pytest.fixture
def url(tmp_path: Path) -> str:
    with closing(sqlite3.connect(tmp_path / "outbox.db")) as database:
        database.execute("CREATE TABLE outbox (topic TEXT, created TEXT, state TEXT)")
        database.commit()
    return f"sqlite:///{tmp_path}/outbox.db"


def _insert(url: str, topic: str, age: int, state: str = "new") -> None:
    created = (datetime.now(UTC) - timedelta(seconds=age)).isoformat()
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as database:
        database.execute("INSERT INTO outbox VALUES (?, ?, ?)", (topic, created, state))
        database.commit()


def _one(url: str, query: str, **settings: object) -> Any:
    (reading,) = sampled(KIND, {"url": url, "query": query, **settings}).values()
    return reading


def test_an_outbox_filling_and_draining(url: str) -> None:
    with built(KIND, {"url": url, "query": _OUTBOX}) as poller:
        assert poller.sample() == []
        for age in (500, 50):
            _insert(url, "price", age)
        _insert(url, "invoice", 5, "taken")
        filled = by_queue(poller.sample())
    assert (filled["price"].depth, filled["price"].in_flight, filled["invoice"].in_flight) == (2, 0, 1)
    assert filled["price"].oldest_age_seconds == pytest.approx(500, abs=30)
    price = filled["price"]
    assert price.consumers is price.publish_rate is price.ack_rate is price.dead_letters is None


def test_every_column(url: str) -> None:
    query = """SELECT 'q' AS QUEUE, 'erp' AS broker, 7 AS depth, 12.5 AS oldest_age_seconds, 1 AS in_flight, 2 AS consumers,
    3.5 AS publish_rate, '2.25' AS ack_rate, 4 AS dead_letters, 100 AS capacity, '2026-11-22T10:00:00Z' AS time;"""
    reading = _one(url, query)
    assert (reading.queue, reading.broker, reading.depth, reading.oldest_age_seconds) == ("q", "erp", 7, 12.5)
    assert (reading.in_flight, reading.consumers, reading.dead_letters, reading.capacity) == (1, 2, 4, 100)
    assert (reading.publish_rate, reading.ack_rate) == (3.5, 2.25)
    assert reading.time == datetime(2026, 11, 22, 10, tzinfo=UTC)


def test_null_is_unknown(url: str) -> None:
    columns = ("depth", "oldest", "oldest_age_seconds", "in_flight", "consumers", "dead_letters", "published_total", "time")
    reading = _one(url, f"SELECT {', '.join(f'NULL AS {name}' for name in columns)}", queue="outbox")
    assert reading.queue == "outbox"
    for figure in ("depth", "oldest_age_seconds", "in_flight", "consumers", "dead_letters", "publish_rate", "time"):
        assert getattr(reading, figure) is None, figure


def test_totals_become_rates(url: str) -> None:
    query = "SELECT count(*) AS depth, count(*) AS published_total, 0 AS acknowledged_total FROM outbox"
    now = datetime(2026, 11, 22, tzinfo=UTC)
    times = iter([now, now + timedelta(seconds=10)])
    with built(KIND, {"url": url, "query": query, "queue": "q"}, clock=lambda: next(times)) as poller:
        first = poller.sample()[0]
        for _ in range(5):
            _insert(url, "price", 0)
        second = poller.sample()[0]
    assert (first.publish_rate, first.ack_rate) == (None, None)
    assert (second.publish_rate, second.ack_rate) == (0.5, 0)


def test_a_time_without_a_zone_is_in_the_configured_one(url: str) -> None:
    query = "SELECT 1 AS depth, '2026-11-22 09:00:00' AS oldest, '2026-11-22T16:00:00Z' AS time"
    chicago = _one(url, query, queue="q", time_zone="America/Chicago")
    assert chicago.oldest_age_seconds == 3600


def test_a_colon_and_a_percent_sign_are_only_text(url: str) -> None:
    query = "SELECT 'a:b%c' AS queue, 1 AS depth WHERE 'x:y' LIKE '%:%'"
    assert _one(url, query).queue == "a:b%c"


def test_queues_are_chosen_by_name(url: str) -> None:
    for topic in ("price", "price.test", "invoice"):
        _insert(url, topic, 0)
    assert set(sampled(KIND, {"url": url, "query": _OUTBOX, "queues": ["price*"], "exclude": ["*.test"]})) == {"price"}


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("SELECT 1 AS depth, 2 AS backlog", "column backlog means nothing here; name it with AS one of queue, broker, depth"),
        ("SELECT 1 AS depth, 2 AS depth", "column depth twice"),
        ("SELECT 'now' AS time", "returns no figure"),
        ("SELECT 'many' AS depth", "depth of queue q is not a number"),
        ("SELECT -1 AS depth", "depth of queue q is below zero"),
        ("SELECT 1.5 AS depth", "not a whole number"),
        ("SELECT x'00' AS depth", "not a number"),
        ("SELECT 1 AS depth, 'yesterday' AS oldest", "not a time since 2000"),
        ("SELECT 1 AS depth FROM nowhere", "no such table: nowhere; run it by hand"),
        ("SELEC 1", "syntax error"),
        ("INSERT INTO outbox VALUES ('x', '', '')", "it must only read"),
        ("DELETE FROM outbox", "it must only read"),
        ("SELECT 1 AS depth; SELECT 2", "refused the query|cannot be run"),
        ("SELECT 1 AS depth UNION ALL SELECT 2 UNION ALL SELECT 3", "more than 2 rows; group by queue"),
    ],
)
def test_a_query_that_is_refused(url: str, query: str, message: str) -> None:
    with pytest.raises(PollFailed, match=message):
        sampled(KIND, {"url": url, "query": query, "queue": "q", "row_limit": 2})


def test_a_query_without_a_name_for_its_queue(url: str) -> None:
    with pytest.raises(PollFailed, match="no column queue; add it, or name the queue in settings"):
        sampled(KIND, {"url": url, "query": "SELECT 1 AS depth"})


def test_a_query_that_takes_too_long(url: str) -> None:
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) AS depth FROM n"
    with pytest.raises(PollFailed, match="it took too long"):
        sampled(KIND, {"url": url, "query": endless, "queue": "q"}, timeout=0.2)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"url": "not an address"}, "url is not a database's address"),
        ({"url": "nosuchdb://host/x"}, "no driver for nosuchdb"),
        ({"url": "sqlite:////nowhere/at/all.db"}, "cannot be reached"),
        ({"url": "sqlite://", "time_zone": "Chicago"}, "time_zone Chicago is not a time zone"),
    ],
)
def test_settings_that_cannot_work(settings: Mapping[str, object], message: str) -> None:
    with pytest.raises(PollFailed, match=message):
        sampled(KIND, {"query": "SELECT 1 AS depth", "queue": "q", **settings})


def test_a_password_in_the_address() -> None:
    with pytest.raises(ValidationError, match="url holds a password; put it under password"):
        KIND.settings.model_validate({"url": "postgresql://a:b@host/x", "query": "SELECT 1"})


def test_the_whole_address_may_be_a_secret(url: str) -> None:
    settings = {"url": {"env": "DATABASE"}, "query": "SELECT 3 AS depth", "queue": "q"}
    assert sampled(KIND, settings, {"DATABASE": url})["q"].depth == 3
