"""When messages go, checked against plain simulations: order, pace, waits, ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.channels.channel import Delivery, Outcome, Terms
from alerts.channels.network import retry_after
from alerts.delivery.rules import Bucket, Owed, alarms, asked_to_wait, given_up, in_turn, rest_after
from tests.alerts_channels.notices import NOTICE, NOW


@given(st.integers(1, 600), st.integers(1, 20), st.lists(st.integers(0, 30), max_size=80))
@settings(deadline=None)
def test_no_span_of_time_sees_more_messages_than_its_rate_and_burst(per_minute: int, burst: int, gaps: list[int]) -> None:
    """A token bucket's promise, counted over every pair of moments."""
    terms, bucket, at, sent = Terms(per_minute, burst), Bucket(), NOW, []
    for gap in gaps:
        at += timedelta(seconds=gap)
        taken = bucket.take(terms, at)
        if taken is not None:
            bucket = taken
            sent.append(at)
    for first, one in enumerate(sent):
        for last in range(first, len(sent)):
            seconds = (sent[last] - one).total_seconds()
            assert last - first + 1 <= burst + seconds * per_minute / 60 + 1e-6
    assert not gaps or sent, "the first may always go"


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2), st.integers(0, 50), st.integers(0, 3)), max_size=30))
def test_a_persons_news_of_an_incident_go_in_order_and_never_two_at_once(drawn: list[tuple[int, int, int, int]]) -> None:
    owed = [
        Owed(
            replace(
                NOTICE, notification_id=f"n{n}", incident_id=f"I-{incident}", recipients=(f"{person}@x",), decided=NOW + timedelta(seconds=at)
            ),
            attempts=tries, failures=tries, last=NOW if tries else None,
        )
        for n, (incident, person, at, tries) in enumerate(drawn)
    ]  # fmt: skip
    going = in_turn(owed, NOW + timedelta(days=1))
    pairs = [(o.notification.incident_id, o.notification.recipients) for o in going]
    assert len(pairs) == len(set(pairs)) == len({(f"I-{i}", f"{p}@x") for i, p, _, _ in drawn})
    for one in going:
        rivals = [
            o.notification.decided
            for o in owed
            if (o.notification.incident_id, o.notification.recipients)
            == (one.notification.incident_id, one.notification.recipients)
        ]
        assert one.notification.decided == min(rivals)
    assert [o.attempts for o in going] == sorted(o.attempts for o in going), "all are critical: the less tried go first"


def test_a_page_goes_before_a_ticket_that_waits_longer() -> None:
    ticket = Owed(replace(NOTICE, severity="warning", incident_id="I-2", decided=NOW - timedelta(hours=1)))
    assert [o.notification.severity for o in in_turn([ticket, Owed(NOTICE)], NOW)] == ["critical", "warning"]


def test_a_message_that_waits_holds_up_the_later_ones_of_its_incident_only() -> None:
    waiting = Owed(NOTICE, attempts=1, failures=1, last=NOW)
    later = Owed(replace(NOTICE, notification_id="n2", decided=NOW + timedelta(seconds=1)))
    other = Owed(replace(NOTICE, notification_id="n3", incident_id="I-9"))
    assert in_turn([waiting, later, other], NOW + timedelta(seconds=2)) == (other,)


def test_the_other_sides_wish_is_kept_to_an_hour() -> None:
    assert asked_to_wait(Delivery(Outcome.RETRY, retry_after=90), NOW) == NOW + timedelta(seconds=90)
    assert asked_to_wait(Delivery(Outcome.RETRY, retry_after=10**9), NOW) == NOW + timedelta(hours=1)
    waits = Owed(NOTICE, attempts=1, failures=1, last=NOW, not_before=NOW + timedelta(minutes=5))
    assert not waits.due(NOW + timedelta(minutes=4))
    assert waits.due(NOW + timedelta(minutes=5))


def test_after_a_crash_it_is_sent_at_once() -> None:
    assert Owed(NOTICE, attempts=3, failures=2, last=NOW, cut_off=True).due(NOW)


def test_a_message_ends_by_refusal_or_by_time_and_alarms_once() -> None:
    terms = Terms(60, alarm_after=timedelta(minutes=10), give_up_after=timedelta(days=1))
    owed, retry = Owed(NOTICE, attempts=1, first=NOW), Delivery(Outcome.RETRY)
    refused = Delivery(Outcome.REFUSED)
    assert (given_up(owed, refused, NOW, terms), alarms(owed, refused, NOW, terms)) == (True, True)
    assert (given_up(owed, retry, NOW, terms), alarms(owed, retry, NOW, terms)) == (False, False)
    late = NOW + timedelta(minutes=10)
    assert (given_up(owed, retry, late, terms), alarms(owed, retry, late, terms)) == (False, True)
    assert not alarms(replace(owed, alarmed=True), refused, late, terms)
    assert given_up(owed, retry, NOW + timedelta(days=1), terms)
    assert not alarms(owed, Delivery(Outcome.SENT), NOW + timedelta(days=2), terms)


def test_a_channel_that_fails_on_rests_longer_to_a_minute() -> None:
    assert [rest_after(n).total_seconds() for n in (0, 1, 2, 3, 4, 20)] == [0, 0, 1, 2, 4, 60]


def test_retry_after_is_seconds_or_a_date() -> None:
    assert retry_after({"Retry-After": "7"}) == 7
    assert retry_after({"retry-after": "Thu, 19 Nov 2026 15:01:30 GMT"}, NOW) == 90
    assert retry_after({"Retry-After": "soon"}) is None
    assert retry_after({}) is None
