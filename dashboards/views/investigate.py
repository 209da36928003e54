"""One search box: any correlation id, contract, order or invoice number → the whole story."""

from __future__ import annotations

import streamlit as st

from analytics import failures, lookup
from analytics.failures.rows import FailureGroup
from analytics.lookup.rows import Story, StorySpan
from dashboards import naming, source, tabled
from dashboards.charts import waterfall
from dashboards.components import cards, filters, layout, states
from dashboards.components.appearance import colours, draw
from dashboards.components.links import story_address, story_link
from dashboards.components.questions import ask, ask_now, panel
from dashboards.components.tables import table
from dashboards.components.view import View
from dashboards.status import FAILING, MET
from dashboards.text import counted, markdown, plotly
from dashboards.views import story_pages

REFRESH = "10s"
_SHOWN = 24


def page() -> None:
    heading = st.container()
    searched = _search_box()
    view = filters.choose()
    if not searched:
        with heading:
            st.title("Find any contract, order, invoice or correlation id", anchor=False)
        _examples(view)
        return
    with heading:
        _title(view, searched)
    _story(view, searched)


def _search_box() -> str:
    typed = st.text_input(
        "Search",
        key="q",
        bind="query-params",
        type="search",
        icon=":material/search:",
        placeholder="correlation id, contract, purchase order or invoice number",
        label_visibility="collapsed",
        max_chars=200,
    )
    return str(typed or "").strip()


@st.fragment(run_every=REFRESH)
def _title(view: View, searched: str) -> None:
    with panel():
        st.title(markdown(ask_now(lookup.story, view, searched).finding or f"Nothing is known of {searched}"), anchor=False)


@st.fragment(run_every=REFRESH)
def _story(view: View, searched: str) -> None:
    with panel("investigate_story", 420):
        cursor = story_pages.chosen(searched)
        story = ask_now(lookup.story, view, searched, cursor=cursor)
        if not story.spans and not story.events and cursor is None:
            states.empty(
                f"Nothing is known of “{searched}”.",
                "Search the exact value a system sent: upper and lower case count. From a terminal:",
                f"supplyscope trace {searched}",
            )
            _examples(view)
            return
        _facts(story)
        _waterfall(story)
        told, alike = layout.pair("told", 1.55, 1)
        with told:
            _told(story)
        with alike:
            _also_failing(view, story)
        story_pages.pages(searched, story, cursor)


def _facts(story: Story) -> None:
    failing = sum(span.failed for span in story.spans) or sum(event.outcome == "failed" for event in story.events)
    parts = [cards.badge(FAILING, counted(failing, "failed step")) if failing else cards.badge(MET, "no failed step")]
    parts += [f":blue-badge[{markdown(f'{key.key_type} {key.value}'.replace('_', ' ', 1))}]" for key in story.keys[:6]]
    if story.facilities:
        parts.append(f":gray-badge[{markdown(naming.some(story.facilities, 6))}]")
    parts.append(f":gray-badge[{story_pages.calls(story)}]")
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.markdown(" ".join(parts), width="content")
        with st.popover("Copy link", icon=":material/link:"):
            st.code(story_address(story.searched), language=None, wrap_lines=True)


def _waterfall(story: Story) -> None:
    if not story.spans:
        return
    shown = waterfall.first_in_sight(story.spans, _SHOWN)
    failing = sum(span.failed for span in story.spans)
    st.subheader(
        f"{story_pages.calls(story)}, {failing:,} failed" if failing else f"{story_pages.calls(story)}, none failed",
        anchor=False,
    )
    draw(
        waterfall.draw(shown, _label, colours()),
        key="waterfall",
        alt=f"Waterfall of {len(shown)} calls in time order, {failing} failed",
    )
    hidden = (story.span_total if story.span_total is not None else len(story.spans)) - len(shown)
    more = f" {hidden:,} more calls are not drawn: those nearest to the failure are." if hidden else ""
    st.caption(f"Green succeeded, ✕ orange failed; a grey band is waiting, folded when longer than the work.{more}")


def _told(story: Story) -> None:
    st.subheader("The story", anchor=False)
    table(
        [tabled.event(event, source.context().configuration) for event in story.events],
        key="story",
        nothing="No milestone, batch row or failure is recorded, only the calls above.",
        alt="What happened in time order: when, where, what, whose turn",
        seconds=True,
    )


def _also_failing(view: View, story: Story) -> None:
    st.subheader("Also failing this way", anchor=False)
    groups = ask(failures.groups, view.at_least("30d"), state="open", limit=500)
    own = [group for group in groups if _is_of(group, story)]
    classes = {group.failure_class for group in own}
    others = [group for group in groups if group.failure_class in classes and group not in own]
    table(
        [tabled.alike(group, source.context().now) for group in others[:20]],
        key="alike",
        nothing="Nothing else is failing this way." if own else "This story has no open failure.",
        alt="Other open failures of the same class",
        story=lambda at: next(iter(others[at].correlation_ids), others[at].object),
    )
    for group in own[:1]:
        _remedy(group)


def _remedy(group: FailureGroup) -> None:
    owner = naming.person(source.context().configuration, group.owner)
    if group.remedy:
        st.markdown(f"**Remedy** {markdown(group.remedy)}")
    st.caption(markdown(f"Owner: {owner}. The failure closes itself when the same object succeeds."))


@st.fragment(run_every=REFRESH)
def _examples(view: View) -> None:
    with panel():
        keys = ask_now(lookup.recent_keys, view, limit=8)
        st.subheader("Failed most recently", anchor=False)
        if not keys:
            states.empty(
                "Nothing has failed yet.", "Search any key a system has sent, or try one from a terminal:", "supplyscope failures"
            )
            return
        for key in keys:
            story_link(key.value, f"{markdown(key.value)}  :gray[{markdown(key.key_type.replace('_', ' '))}]")


def _label(span: StorySpan) -> str:
    configuration = source.context().configuration
    known = configuration.interface(span.interface_id)
    party = next((system.party.value for system in configuration.systems if known and system.id == known.target), "")
    turn = f" · {party}" if party and party != "us" else ""
    facility = f" {span.facility_id}" if span.facility_id else ""
    text = f"{known.name if known else span.service} · {span.name}{facility}"
    return plotly((text if len(text) <= 52 else f"{text[:51]}…") + turn)


def _is_of(group: FailureGroup, story: Story) -> bool:
    keys = (
        {key.value for key in story.keys}
        | {story.searched}
        | {span.correlation_id for span in story.spans if span.correlation_id}
    )
    return bool(keys & {*group.correlation_ids, group.object, *group.contracts})
