"""Turning the pages of a long story."""

from __future__ import annotations

import streamlit as st

from analytics.lookup.rows import Story
from dashboards.text import counted

_CHOSEN = "story_page"


def chosen(searched: str) -> str | None:
    """The cursor of the page the reader turned to; None for the newest."""
    earlier = st.session_state.get(_CHOSEN)
    return str(earlier[1]) if earlier and earlier[0] == searched else None


def pages(searched: str, story: Story, cursor: str | None) -> None:
    """Older rows, a page at a time, and back to the newest."""
    if cursor is None and story.cursor is None:
        return
    rows = len(story.spans) + len(story.events)
    st.caption(f"{rows:,} rows of the story are on this page; {_whole(story)}.")
    with st.container(horizontal=True):
        if cursor is not None and st.button("Newest", icon=":material/first_page:"):
            st.session_state.pop(_CHOSEN, None)
            st.rerun()
        if story.cursor is not None and st.button("Older", icon=":material/chevron_right:"):
            st.session_state[_CHOSEN] = (searched, story.cursor)
            st.rerun()


def _whole(story: Story) -> str:
    """What the story has in all."""
    totals = story.totals
    parts = [counted(totals.traces, "trace")]
    parts += [counted(totals.spans, "call")] if totals.spans is not None else []
    for number, name in (
        (totals.milestones, "milestone"),
        (totals.failures, "failure"),
        (totals.batch_runs, "batch run"),
        (totals.batch_rejects, "rejected line"),
        (totals.documents, "EDI document"),
    ):
        parts += [counted(number, name)] if number else []
    return f"it has {', '.join(parts)} in all"


def calls(story: Story) -> str:
    """ "12 calls", or of how many traces where they are not counted."""
    return (
        counted(story.span_total, "call") if story.span_total is not None else f"calls of {counted(story.totals.traces, 'trace')}"
    )
