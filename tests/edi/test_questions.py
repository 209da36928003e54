"""Overdue acknowledgements, pairing by control numbers in both directions, conflicts, and the story behind a number."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from analytics import edi, lookup
from analytics.context import Context
from analytics.edi.rows import EdiDocument
from analytics.scope import Scope
from domain.interval import Interval
from tests.conftest import NOW
from tests.edi.conftest import Take
from tests.support.edi import acknowledgement, functional_acknowledgement, interchange, order

WEEK = Interval(NOW - timedelta(days=6), NOW + timedelta(days=1))
BACK: dict[str, Any] = {"sender": "ZZ:ACMEMED", "receiver": "ZZ:TESTHEALTH"}
TO_BOLT = "01:123456789"


def _status(documents: tuple[EdiDocument, ...]) -> list[tuple[str, str]]:
    return sorted((d.set_control, d.status) for d in documents)


def test_nothing_stored(context: Context) -> None:
    assert edi.documents(context, WEEK) == edi.overdue(context) == edi.by_set(context, WEEK) == ()
    assert edi.control_conflicts(context, WEEK) == ()


def test_an_acknowledgement_is_overdue_when_its_time_has_passed(context: Context, take: Take) -> None:
    """Sent 06:00 in Chicago is 12:00 UTC; it is 15:00. Acme answers within 2 hours, others within 4."""
    take(interchange(order("PO-1"), time="0600"))
    take(interchange(order("PO-2"), time="0600", receiver=TO_BOLT))
    [late] = edi.overdue(context)
    assert (late.partner, late.keys, late.status, late.late_seconds) == (
        "acme",
        ("purchase_order PO-1", "contract C-9"),
        "overdue",
        3600.0,
    )
    assert late.due == NOW - timedelta(hours=1)
    assert [(d.partner, d.status) for d in edi.documents(context, WEEK)] == [("acme", "overdue"), ("bolt", "awaiting")]
    later = replace(context, clock=lambda: NOW + timedelta(hours=1, seconds=1))
    assert [d.partner for d in edi.overdue(later)] == ["acme", "bolt"]
    assert [d.partner for d in edi.overdue(later, partner="bolt")] == ["bolt"]
    take(interchange(functional_acknowledgement("A", 1), functional="FA", number=9, time="1000", **BACK))
    assert edi.overdue(context) == ()
    [done] = edi.documents(context, WEEK, partner="acme")
    # 10:00 in New York is 15:00 UTC: three hours after sending, one more than agreed.
    assert (done.status, done.acknowledged_by, done.late_seconds) == ("accepted", "997", 3600.0)


def test_what_we_owe_is_watched_too(context: Context, take: Take) -> None:
    take(interchange(acknowledgement(), functional="PR", date="20261117", **BACK))
    [owed] = edi.overdue(context)
    assert (owed.set_id, owed.direction) == ("855", "in")
    take(interchange(functional_acknowledgement("A", 1, functional="PR"), functional="FA", number=3, date="20261118"))
    assert edi.overdue(context) == ()


def test_sets_of_a_group_are_answered_one_by_one_or_together(context: Context, take: Take) -> None:
    take(interchange(order("PO-1"), order("PO-2"), order("PO-3"), number=5, group=77))
    answer = functional_acknowledgement("P", 77, ("850", "0002", "R"), ("850", "0003", "E"))
    take(interchange(answer, functional="FA", number=6, time="1100", **BACK))
    assert _status(edi.documents(context, WEEK)) == [("0001", "accepted"), ("0002", "rejected"), ("0003", "accepted")]
    [figures] = edi.by_set(context, WEEK)
    assert (figures.documents, figures.accepted, figures.rejected, figures.overdue) == (3, 2, 1, 0)


def test_a_ta1_rejects_every_set_of_its_interchange(context: Context, take: Take) -> None:
    take(interchange(order("PO-1"), order("PO-2"), number=5))
    take(interchange(outside=["TA1*000000005*261119*0900*R*018"], number=8, time="1010", **BACK))
    assert _status(edi.documents(context, WEEK)) == [("0001", "rejected"), ("0002", "rejected")]


def test_an_application_rejects_what_the_syntax_check_accepted(context: Context, take: Take) -> None:
    take(interchange(order(), number=5, group=5))
    take(interchange(functional_acknowledgement("A", 5), functional="FA", number=6, time="1010", **BACK))
    advice = ["824", "BGN*11*ADV-1*20261119*1100", "OTI*TR*PO*PO-1****20261119*1100*5*0001*850", "TED*812*ship-to not on account"]
    advice[2] = "OTI*TR*PO*PO-1***20261119*1100*5*0001*850"
    take(interchange(advice, functional="AG", number=7, time="1110", **BACK))
    found = edi.documents(context, WEEK, set_id="850")
    assert [(d.status, d.message) for d in found] == [
        ("rejected", "824 rejected purchase order PO-1 (TR): 812 ship-to not on account")
    ]


def test_control_numbers_used_again_answer_the_newest_document(context: Context, take: Take) -> None:
    """A partner that always writes 000000001: the answer of one day is no answer of the next."""
    for day, number in (("20261116", "PO-1"), ("20261118", "PO-2")):
        take(interchange(order(number), date=day))
    take(interchange(functional_acknowledgement("A", 1), functional="FA", date="20261117", **BACK))
    assert [(d.keys[0], d.status) for d in edi.documents(context, WEEK)] == [
        ("purchase_order PO-2", "overdue"), ("purchase_order PO-1", "accepted"),
    ]  # fmt: skip
    [conflict] = edi.control_conflicts(context, WEEK)
    assert (conflict.sender, conflict.interchange_control, conflict.contents) == ("ZZ:TESTHEALTH", "000000001", 2)


def test_the_same_interchange_twice_is_no_conflict(context: Context, take: Take) -> None:
    for _ in range(2):
        take(interchange(order()))
    assert edi.control_conflicts(context, WEEK) == ()
    assert len(edi.documents(context, WEEK)) == 1


def test_documents_of_other_facilities_are_not_shown(context: Context, take: Take) -> None:
    take(interchange(order()))
    elsewhere = replace(context, scope=Scope("north", frozenset({"H03"})))
    assert edi.documents(elsewhere, WEEK) == ()
    assert lookup.story(elsewhere, "PO-1").events == ()


@pytest.mark.parametrize("searched", ["PO-1", "000000041", "4100", "INV-7", "ZZ:TESTHEALTH/000000041/4100/0001"])
def test_any_number_leads_to_the_whole_story(context: Context, take: Take, searched: str) -> None:
    take(interchange(order(), number=41, group=4100))
    take(interchange(functional_acknowledgement("R", 4100, ("850", "0001", "R")), functional="FA", number=8, time="1010", **BACK))
    take(interchange(["810", "BIG*20261119*INV-7**PO-1", "IT1*1*1*CA*12.5**VN*VP-1"], functional="IN", number=9, **BACK))
    story = lookup.story(context, searched)
    assert {"850 0001", "810 0001", "997 reje"} <= {event.what[:8] for event in story.events}
    assert {("purchase_order", "PO-1"), ("invoice", "INV-7")} <= {(key.key_type, key.value) for key in story.keys}
    assert any(event.kind == "failure" for event in story.events)
