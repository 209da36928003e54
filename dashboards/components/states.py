"""What a panel says when it has nothing to draw."""

from __future__ import annotations

from datetime import datetime

import streamlit as st

from analytics import words
from dashboards import source
from dashboards.text import markdown


def empty(finding: str, connect: str = "", command: str = "") -> None:
    """Nothing to show, and what to connect next with the command that does it."""
    with st.container(border=True):
        st.markdown(f":gray[:material/info:] {markdown(finding)}")
        if connect:
            st.caption(markdown(connect))
        if command:
            st.code(command, language="bash")


def failed(reason: str) -> None:
    """The query failed and no earlier figure is kept."""
    with st.container(border=True):
        st.badge("cannot be read", icon=":material/error:", color="red")
        st.markdown("This figure cannot be read from the store. It is asked again every few seconds.")
        st.caption(markdown(reason[:400]))


def as_of(again: str) -> None:
    """When what is shown was looked at, for pages without filters; `again`: how soon it is looked at again."""
    context = source.context()
    zone = context.configuration.organisation.time_zone
    st.caption(markdown(f"As of {words.when(context.now, zone)} · looked at again {again} · times in {zone}"))


def outlived(asked: datetime, reason: str) -> None:
    """The figure below is the last good one."""
    context = source.context()
    age = words.duration(max((context.now - asked).total_seconds(), 0.0))
    st.caption(
        f":orange[:material/history: Shown as of {markdown(words.when(asked, context.configuration.organisation.time_zone))}, "
        f"{age} ago: the store did not answer.]",
        help=markdown(reason[:400]),
    )
