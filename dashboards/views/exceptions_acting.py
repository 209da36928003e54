"""What is done with the items ticked: one look at one of them, and one form for all of them."""

from __future__ import annotations

import time
from collections.abc import Sequence

import streamlit as st

from analytics import desk, words
from analytics.desk import AuditEntry, DeskItem
from dashboards import naming, source
from dashboards.components.links import story_link
from dashboards.text import counted, markdown

_PATIENCE = 6.0
_DONE = {
    "opened": "opened it", "reopened": "opened it again: it failed again", "auto_resolved": "resolved it: it has succeeded since",
    "assign": "assigned it to", "comment": "said", "tag": "tagged it", "untag": "took the tag away", "due": "set it due",
    "resolve": "resolved it", "reopen": "opened it again",
}  # fmt: skip


def details(item: DeskItem) -> None:
    """Message, remedy, way to the story, and the audit trail of one item."""
    configuration = source.context().configuration
    st.markdown(f"**{markdown(f'{item.object_type} {item.object}'.strip() or item.operation)}** at "
        f"{markdown(naming.interface(configuration, item.interface_id) or 'no interface')}")  # fmt: skip
    if item.message:
        st.caption(markdown(item.message))
    if item.remedy:
        st.markdown(f":material/build: {markdown(item.remedy)}")
    searched = next(iter(item.correlation_ids), item.object)
    if item.about == "failure" and searched:
        story_link(searched)
    zone = configuration.organisation.time_zone
    st.markdown("\n".join(f"- {_told(entry, zone)}" for entry in desk.history(source.context(), item.item_id)[-12:]))


def _told(entry: AuditEntry, zone: str) -> str:
    """One line of the audit trail."""
    value = naming.person(source.context().configuration, entry.value) if entry.action == "assign" else entry.value
    said = f"{words.when(entry.time, zone)} {entry.actor} {_DONE.get(entry.action, entry.action)} {value}".strip()
    return markdown(said if entry.outcome == "done" else f"{said} ({entry.outcome})")


def form(items: Sequence[DeskItem], people: Sequence[str]) -> None:
    """Assign, comment, tag, due, resolve: what is filled in happens to every item ticked."""
    configuration = source.context().configuration
    me = st.selectbox(
        "I am", people, index=None, key="me", bind="query-params", placeholder="Who acts",
        format_func=lambda id: naming.person(configuration, id),
    )  # fmt: skip
    with st.form("acting", clear_on_submit=True, border=False):
        to = st.selectbox(
            "Assign to", people, index=None, placeholder="Leave as it is", format_func=lambda id: naming.person(configuration, id)
        )
        comment = st.text_input("Comment", max_chars=4_000)
        tag, due = st.columns(2)
        tagged = tag.text_input("Tag", max_chars=40)
        day = due.date_input("Due", value=None)
        apply, resolve = st.columns(2)
        applied = apply.form_submit_button("Apply", icon=":material/check:", width="stretch")
        reopens = not any(item.state == "open" for item in items)
        closing = "reopen" if reopens else "resolve"
        closed = resolve.form_submit_button(
            "Reopen" if reopens else "Resolve", icon=":material/task_alt:", type="primary", width="stretch"
        )
    if not (applied or closed):
        return
    wanted = {"assign": to or "", "comment": comment, "tag": tagged, "due": day.isoformat() if day else ""}
    wanted = {action: value for action, value in wanted.items() if value} | ({closing: comment} if closed else {})
    _ask([item.item_id for item in items], wanted, me)


def _ask(ids: Sequence[str], wanted: dict[str, str], me: str | None) -> None:
    if me is None:
        st.warning("Say who you are first: the record tells who did what.")
        return
    if not wanted:
        st.warning("Nothing is filled in; choose somebody, write a comment or a tag, or set a day.")
        return
    context = source.context()
    asked = desk.ask(context, ids, wanted, actor=me)
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until and any(o.outcome == "pending" for o in desk.outcomes(context, asked)):
        time.sleep(0.3)
    outcomes = desk.outcomes(context, asked)
    refused = [o.reason for o in outcomes if o.outcome == "refused"]
    pending = sum(o.outcome == "pending" for o in outcomes)
    st.cache_data.clear()
    if refused:
        st.error(markdown(f"{counted(len(refused), 'change')} refused: {refused[0]}"))
    elif pending:
        st.info(f"{counted(pending, 'change')} pending: the scheduler has not accepted them yet.")
    else:
        st.rerun(scope="app")
