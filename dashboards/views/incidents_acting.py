"""What is asked of an incident on its page: a command on record, which the scheduler accepts or refuses."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import timedelta

import streamlit as st

from alerts.commands import Action, Command, Source, append, outcomes
from alerts.incidents import Incident
from dashboards import naming, source
from dashboards.text import markdown

_PATIENCE = 8.0
_LENGTHS = {"1 hour": 1, "4 hours": 4, "12 hours": 12, "1 day": 24, "1 week": 168}


def form(incident: Incident, people: Sequence[str], *, silence_first: bool) -> None:
    """Who acts, and what may be asked of this incident as it stands."""
    configuration = source.context().configuration
    me = st.selectbox(
        "I am", people, index=None, key="me", bind="query-params", placeholder="Who acts",
        format_func=lambda id: naming.person(configuration, id),
    )  # fmt: skip
    if incident.resolved is not None:
        st.caption("It is resolved; a comment may still be added.")
    with st.form("asking", clear_on_submit=True, border=False):
        said = st.text_input("Comment or reason", max_chars=2_000)
        length = st.selectbox("For how long", list(_LENGTHS), index=0)
        to = st.selectbox(
            "To whom", people, index=None, placeholder="For reassigning", format_func=lambda id: naming.person(configuration, id)
        )
        chosen = _buttons(incident, silence_first)
    if chosen is None:
        return
    if me is None:
        st.warning("Say who you are first: the record tells who did what.")
        return
    if chosen is Action.REASSIGN and to is None:
        st.warning("Say to whom.")
        return
    until = source.context().now + timedelta(hours=_LENGTHS[length]) if chosen in (Action.SNOOZE, Action.SILENCE) else None
    value = (to or "") if chosen is Action.REASSIGN else said
    _ask(Command(chosen, me, incident.incident_id, value, until, source=Source.PAGE))


def _buttons(incident: Incident, silence_first: bool) -> Action | None:
    """The action whose button was pressed; what makes no sense in this state has no button."""
    if incident.resolved is not None:
        actions = [Action.COMMENT]
    else:
        taken = incident.acknowledged is not None or incident.snoozed_until is not None
        actions = [
            Action.UNACKNOWLEDGE if taken else Action.ACKNOWLEDGE, Action.SNOOZE, Action.SILENCE, Action.REASSIGN, Action.COMMENT,
            Action.RESOLVE,
        ]  # fmt: skip
    primary = Action.SILENCE if silence_first and Action.SILENCE in actions else actions[0]
    pressed = [
        action
        for action in sorted(actions, key=lambda a: a is not primary)
        if st.form_submit_button(action.value.capitalize(), type="primary" if action is primary else "secondary", width="stretch")
    ]
    return pressed[0] if pressed else None


def _ask(command: Command) -> None:
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
