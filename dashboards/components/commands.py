"""Asking the scheduler from a page: a command on record, which it accepts or refuses."""

from __future__ import annotations

import time
from collections.abc import Sequence

import streamlit as st

from alerts.commands import Command, append, outcomes
from dashboards import naming, source
from dashboards.text import markdown

_PATIENCE = 8.0


def who(people: Sequence[str]) -> str | None:
    """Who acts, None until somebody is chosen; the address holds it: ?me=grace."""
    configuration = source.context().configuration
    return st.selectbox(
        "I am", people, index=None, key="me", bind="query-params", placeholder="Who acts",
        format_func=lambda id: naming.person(configuration, id),
    )  # fmt: skip


def ask(command: Command) -> None:
    """Append it and wait a while for its outcome; draws the page again when it is accepted, else says why not."""
    context = source.context()
    asked = append(context, command)
    until = time.monotonic() + _PATIENCE
    while (outcome := outcomes(context, [asked])[0]).outcome == "pending" and time.monotonic() < until:
        time.sleep(0.3)
    st.cache_data.clear()
    if outcome.outcome == "refused":
        st.error(markdown(f"Refused: {outcome.reason}"))
    elif outcome.outcome == "pending":
        st.info("Pending: the scheduler has not accepted it yet; it shows here once it has.")
    else:
        st.rerun(scope="app")
