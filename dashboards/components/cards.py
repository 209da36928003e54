"""Cards: one matter each, its status as word, icon and colour, a link to its story."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboards.components import states
from dashboards.components.links import story_link
from dashboards.decisions import Decision
from dashboards.status import Status
from dashboards.text import counted, markdown


def badge(status: Status, word: str = "") -> str:
    """Markdown of a status badge."""
    return f":{status.badge}-badge[{status.icon} {word or status.word}]"


def decisions(matters: Sequence[Decision], most: int = 4) -> None:
    """The gravest `most` matters; the rest counted."""
    if not matters:
        states.empty("Nothing needs a decision: no incident, breach or failure is open.")
        return
    for matter in matters[:most]:
        _card(matter)
    if len(matters) > most:
        st.caption(f"and {counted(len(matters) - most, 'lesser matter')}, listed on the audiences' pages")


def _card(matter: Decision) -> None:
    with st.container(border=True, gap="xsmall"):
        st.markdown(f"{badge(matter.status)} **{markdown(_shortened(matter.title))}**")
        st.caption(markdown(" · ".join(matter.details)))
        if matter.searched:
            story_link(matter.searched)


def _shortened(title: str, most: int = 120) -> str:
    """What happened to what; since when and whose turn stand in the line below."""
    title = title.split(" since ")[0]
    return title if len(title) <= most else title[: most - 1].rsplit(" ", 1)[0] + " …"
