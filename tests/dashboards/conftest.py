"""Pages read what the test put into the real store; answers are not carried from one test to the next."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from streamlit.testing.v1 import AppTest

from analytics.context import Context
from dashboards import source
from dashboards.components import questions

Open = Callable[..., AppTest]


@pytest.fixture(autouse=True)
def fresh_answers() -> Iterator[None]:
    questions.forget()
    yield
    questions.forget()
    source.clear_provider()


@pytest.fixture
def pages(context: Context) -> Context:
    """The pages are fed by the test's context."""
    source.set_provider(lambda: context)
    return context


@pytest.fixture
def open_page(pages: Context) -> Open:
    """Open one page ("leadership" …) with the given address parameters and run it once."""

    def opened(page: str, **parameters: str) -> AppTest:
        app = AppTest.from_function(_routed, kwargs={"page": page}, default_timeout=60)
        for name, value in parameters.items():
            app.query_params[name] = value
        return app.run()

    return opened


def _routed(page: str) -> None:
    import importlib

    import streamlit as st

    from dashboards import navigation

    opened = importlib.import_module(f"dashboards.views.{page}").page
    pages = [st.Page(opened, title=page, url_path="opened", default=True)]
    st.navigation(pages + ([] if page == "investigate" else [navigation.investigate()])).run()
