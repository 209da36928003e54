"""The incidents page over the real record: who has what, one incident opened by its address, and a command asked from it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest

from alerts import record
from alerts.scheduler_step import Alerting
from analytics.context import Context
from dashboards.components import commands
from dashboards.views import incidents_words
from tests.conftest import NOW
from tests.support.telemetry import Telemetry


@pytest.fixture
def opened(pages: Context, telemetry: Telemetry) -> str:
    """The id of one open incident: an item without a mapping."""
    telemetry.span(
        "load", NOW - timedelta(minutes=4), error="No mapping for item 40-2217 at H07", interface_id="erp-price-load",
        facility_id="H07", item_id="40-2217", contract_id="MS-7895", correlation_id="C-1",
    )  # fmt: skip
    Alerting(pages, {}, "http://127.0.0.1:8080").step()
    found = [one for one in record.incidents(pages, open_only=True) if "40-2217" in one.items]
    assert len(found) == 1
    return found[0].incident_id


def test_the_list_says_what_nobody_has_taken(opened: str, open_page: Callable[..., AppTest]) -> None:
    page = open_page("incidents")
    assert not page.exception
    assert page.title[0].value == "Nobody has taken the one open incident, which is critical"
    listed = page.dataframe[0].value
    assert opened in set(listed["Id"])


def test_its_address_opens_one_incident_and_the_page_acknowledges_it(
    opened: str, pages: Context, open_page: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "_PATIENCE", 0.2)
    page = open_page("incidents", incident=opened)
    assert not page.exception
    assert "40-2217" in page.title[0].value
    person = pages.configuration.people[0].id
    page.selectbox(key="me").select(person)
    page.run()
    next(b for b in page.button if b.label == "Acknowledge").click()
    page.run()
    assert not page.exception
    assert any("Pending" in info.value for info in page.info)
    Alerting(pages, {}, "http://127.0.0.1:8080").step()
    found = record.incident(pages, opened)
    assert found is not None
    assert found.acknowledged_by == person
    later = open_page("incidents", incident=opened)
    assert any(b.label == "Unacknowledge" for b in later.button)
    assert "acknowledged by" in later.caption[0].value


def test_an_unknown_incident_says_so(open_page: Callable[..., AppTest]) -> None:
    page = open_page("incidents", incident="I-none")
    assert not page.exception
    assert page.title[0].value == "This incident does not exist"


def test_nothing_open_is_said() -> None:
    assert incidents_words.finding([], NOW) == "No incident is open"
    assert incidents_words.delivery_finding([]) == "Nobody was told"


def test_what_was_found_in_history_is_listed_apart(
    pages: Context, telemetry: Telemetry, open_page: Callable[..., AppTest]
) -> None:
    telemetry.span(
        "load",
        NOW - timedelta(days=3),
        error="No mapping for item 40-2217 at H07",
        interface_id="erp-price-load",
        item_id="40-2217",
    )
    Alerting(pages, {}, "http://127.0.0.1:8080").step()
    assert open_page("incidents").title[0].value == "No incident is open"
    page = open_page("incidents", state="historic")
    assert [caption.value for caption in page.caption if "nobody was told" in caption.value]
    assert len(page.dataframe[0].value) == 1
