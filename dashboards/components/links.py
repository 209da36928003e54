"""Ways from one page to another, with the filters kept in the address."""

from __future__ import annotations

from urllib.parse import quote

import streamlit as st

from dashboards import navigation, source


def open_story(searched: str) -> None:
    """Go to Investigate with `searched` already looked up."""
    st.switch_page(navigation.investigate(), query_params={"q": searched})


def story_link(searched: str, label: str = "Open the story") -> None:
    """A link to the story of `searched`."""
    st.page_link(navigation.investigate(), label=label, icon=":material/arrow_forward:", query_params={"q": searched})


def story_address(searched: str) -> str:
    """The address of a story, to send to somebody."""
    return f"{source.context().configuration.organisation.public_url.rstrip('/')}/investigate?q={quote(searched)}"
