"""What is asked of an incident on its page: a command on record, which the scheduler accepts or refuses."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import streamlit as st

from alerts.commands import Action, Command, Source
from alerts.incidents import Incident
from dashboards import naming, source
from dashboards.components.commands import ask, who

_LENGTHS = {"1 hour": 1, "4 hours": 4, "12 hours": 12, "1 day": 24, "1 week": 168}


def form(incident: Incident, people: Sequence[str], *, silence_first: bool) -> None:
    """Who acts, and what may be asked of this incident as it stands."""
    configuration = source.context().configuration
    me = who(people)
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
    ask(Command(chosen, me, incident.incident_id, value, until, source=Source.PAGE))


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
