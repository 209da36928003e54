"""The on-call page over the real record: who has it, what comes, and the words for every state."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from alerts.on_call.auditor import AuditRow
from alerts.on_call.overrides import overrides
from alerts.on_call.overview import DutyRow
from alerts.scheduler_step import Alerting
from analytics.context import Context
from dashboards.components import commands
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
        "Nothing escalates", "Shifts of the next two weeks", "Nobody stands in", "No step was due in the last week", "Take over a shift",
    ]  # fmt: skip


def test_somebody_takes_over_on_the_page_and_gives_it_back(
    open_page: Callable[..., AppTest], context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "_PATIENCE", 0.2)
    page = open_page("on_call")
    button = next(button for button in page.button if button.label == "Take over")
    assert "Say who you are first" in button.click().run().warning[0].value
    choose = {box.label: box for box in page.selectbox}
    choose["I am"].select("integration")
    choose["Who takes over"].select("item-master")
    next(button for button in page.button if button.label == "Take over").click().run()
    assert "Pending" in page.info[0].value
    Alerting(context, {}, "").step()
    (made,) = overrides(context)
    assert (made.person, made.by, made.start) == ("item-master", "integration", context.now)
    assert made.end.astimezone(ZoneInfo("UTC")).hour == 9, "the schedule's own zone"
    st.cache_data.clear()  # answers are shared for some seconds
    page = open_page("on_call")
    assert "1 override in force or to come" in [heading.value for heading in page.subheader]
    page.selectbox(key="me").select("integration")
    next(box for box in page.selectbox if box.label == "Override to end").select(made.override_id).run()
    next(button for button in page.button if button.label == "End it now").click().run()
    Alerting(context, {}, "").step()
    assert overrides(context) == ()


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
