"""Every page over the real store: empty, with a failed activation, and with a store that stops answering."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import dashboards
from analytics import flows
from analytics.context import Context
from dashboards import source
from store.errors import StoreUnavailable
from store.store import Store
from tests.conftest import NOW
from tests.dashboards.conftest import Open
from tests.support.telemetry import Telemetry

PAGES = ["leadership", "procurement", "finance", "it_operations", "exceptions", "investigate"]
APP = Path(dashboards.__file__).with_name("app.py")


@pytest.fixture
def refused_activation(telemetry: Telemetry, context: Context) -> None:
    """Contract MS-7895 executed at H07, its price load refused for a missing mapping; MS-1 went through."""
    early = NOW - timedelta(hours=31)
    for contract in ("MS-7895", "MS-1"):
        keys = {"contract_id": contract, "facility_id": "H07", "item_id": "40-2217", "correlation_id": f"C-{contract}"}
        telemetry.span("contract.executed", early, interface_id="clm-contract-events", **keys)
        telemetry.milestone(
            "contract_activation",
            contract,
            "price_file_received",
            early + timedelta(hours=1),
            facility_id="H07",
            item_id="40-2217",
        )
    refused = {"contract_id": "MS-7895", "facility_id": "H07", "item_id": "40-2217", "correlation_id": "C-MS-7895"}
    telemetry.span(
        "load price",
        early + timedelta(hours=2),
        interface_id="erp-price-load",
        error="No mapping for item 40-2217 at H07",
        **refused,
    )
    passed = {"contract_id": "MS-1", "facility_id": "H07", "item_id": "40-2217", "correlation_id": "C-MS-1"}
    telemetry.span("load price", early + timedelta(hours=2), interface_id="erp-price-load", **passed)
    telemetry.span("refresh", early + timedelta(hours=3), interface_id="catalog-refresh", **passed)
    flows.catch_up(context)


def shown(app: AppTest) -> str:
    return "\n".join(str(element.value) for kind in (app.title, app.subheader, app.markdown, app.caption) for element in kind)


@pytest.mark.parametrize("page", PAGES)
def test_page_of_an_empty_store_says_so(open_page: Open, page: str) -> None:
    app = open_page(page)
    assert not app.exception
    assert len(app.title) == 1
    assert "cannot be read" not in shown(app)


@pytest.mark.parametrize("page", PAGES)
def test_page_opens_with_a_failed_activation(open_page: Open, refused_activation: None, page: str) -> None:
    app = open_page(page, facility="H07", period="30d")
    assert not app.exception
    assert "cannot be read" not in shown(app)
    assert app.selectbox(key="facility").value == "H07"


def test_leadership_names_the_contract_that_is_not_live(open_page: Open, refused_activation: None) -> None:
    app = open_page("leadership")
    assert app.title[0].value == "1 of 2 new contracts is not live everywhere."
    assert "40-2217" in shown(app)
    assert [metric.label for metric in app.metric] == [
        "SLA attainment", "Contract activation, median", "Paid above contract", "Failures open",
    ]  # fmt: skip


def test_procurement_lists_the_waiting_contract_and_the_missing_mapping(open_page: Open, refused_activation: None) -> None:
    app = open_page("procurement")
    tables = [frame.value for frame in app.dataframe]
    assert [list(table["Contract"]) for table in tables if "Contract" in table] == [["MS-7895"]]
    assert "1 mapping is missing and holds up 1 contract" in shown(app)


def test_it_lists_the_failure_with_its_owner(open_page: Open, refused_activation: None) -> None:
    app = open_page("it_operations")
    failures = next(frame.value for frame in app.dataframe if "Class" in frame.value)
    assert list(failures["Owner"]) == ["Item master team"]
    assert "40-2217" in next(iter(failures["Message"]))


def test_investigate_tells_the_story_of_a_correlation_id(open_page: Open, refused_activation: None) -> None:
    app = open_page("investigate", q="C-MS-7895")
    assert "40-2217" in app.title[0].value
    assert "failed step" in shown(app)
    assert "Add the item cross" in shown(app)


def test_investigate_offers_examples_when_nothing_is_searched(open_page: Open, refused_activation: None) -> None:
    app = open_page("investigate")
    assert "Failed most recently" in shown(app)


def test_unknown_key_says_nothing_is_known(open_page: Open, refused_activation: None) -> None:
    app = open_page("investigate", q="no-such-key")
    assert "Nothing is known of" in shown(app)


def test_last_good_figures_stay_when_the_store_stops_answering(
    open_page: Open, refused_activation: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    import streamlit as st

    assert not open_page("leadership").exception
    st.cache_data.clear()

    def refuse(*_: object, **__: object) -> None:
        raise StoreUnavailable("the engine is away")

    monkeypatch.setattr(Store, "rows", refuse)
    monkeypatch.setattr(Store, "records", refuse)
    monkeypatch.setattr(Store, "value", refuse)
    app = open_page("leadership")
    assert not app.exception
    assert "1 of 2 new contracts is not live everywhere." in app.title[0].value
    assert "Shown as of" in shown(app)


def test_without_a_last_good_figure_the_panel_says_why(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise StoreUnavailable("the engine is away")

    monkeypatch.setattr(Store, "rows", refuse)
    monkeypatch.setattr(Store, "records", refuse)
    monkeypatch.setattr(Store, "value", refuse)
    app = open_page("finance")
    assert not app.exception
    assert "cannot be read" in shown(app)
    assert "the engine is away" in shown(app)


def test_pages_without_a_server_say_how_to_start_one() -> None:
    app = AppTest.from_file(APP, default_timeout=60).run()
    assert app.title[0].value == "No server is feeding these pages"
    assert "supplyscope serve" in app.info[0].value


def test_password_is_asked_before_any_page(context: Context) -> None:
    source.set_provider(lambda: context, lambda: "open sesame")
    app = AppTest.from_file(APP, default_timeout=60).run()
    assert [box.label for box in app.text_input] == ["Password"]
    assert not app.metric
    app.text_input[0].set_value("wrong").run()
    app.button[0].click().run()
    assert app.error and not app.metric
    app.text_input[0].set_value("open sesame")
    app.button[0].click().run()
    assert len(app.metric) == 4
