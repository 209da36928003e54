"""The on-call page over the real record: who has it, what comes, and the words for every state."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from alerts.on_call.auditor import AuditRow
from alerts.on_call.overview import DutyRow
from dashboards.views import on_call
from domain.configuration import Configuration
from tests.support.network import NETWORK

_SCHEDULE: dict[str, Any] = {
    "id": "duty",
    "name": "Engineers",
    "rotations": [{"people": ["integration", "item-master"], "starts": "2026-11-16"}],
}


@pytest.fixture
def configuration() -> Configuration:
    return Configuration.model_validate({**NETWORK, "schedules": [_SCHEDULE]})


def test_the_page_says_who_is_on_call_and_until_when(open_page: Callable[..., AppTest]) -> None:
    page = open_page("on_call")
    assert not page.exception
    assert page.title[0].value == "Integration on call is on call in Engineers until Nov 23 03\\:00 CST"
    assert [heading.value for heading in page.subheader] == [
        "Nothing escalates", "Shifts of the next two weeks", "No step was due in the last week",
    ]  # fmt: skip


def _duty(**changes: Any) -> DutyRow:
    given: dict[str, Any] = {
        "schedule": "a", "name": "A", "time_zone": "UTC", "person": "p", "person_name": "P", "why": "rotation 1", "until": None,
        "next_person": "", "next_name": "",
    }  # fmt: skip
    return DutyRow(**given | changes)


def test_nobody_is_said_first() -> None:
    gap = _duty(name="Nights", person="", person_name="", why="nobody")
    assert on_call.finding([_duty(), gap], "UTC") == "Nobody is on call in Nights"
    assert on_call.duty_row(gap)["On call"] == "✕ nobody"
    assert on_call.finding([], "UTC").startswith("Nobody is on call")


@pytest.mark.parametrize("outcome", ["on time", "late", "waited", "missed", "stopped", "ahead", "waits"])
def test_every_outcome_has_its_sign(outcome: str) -> None:
    row = AuditRow("I-1", "page", 0, "step 1 of 1 of page", outcome, None, None, (), "")
    assert outcome in str(on_call.audit_row(row)["Outcome"])
    assert ("missed" in on_call.audit_finding([row])) is (outcome == "missed")
