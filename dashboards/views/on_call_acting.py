"""Taking over a shift, and giving it back: commands on record, which the scheduler accepts or refuses."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import streamlit as st

from alerts.commands import Action, Command, Source
from alerts.on_call import overrides
from dashboards import naming, source
from dashboards.components.commands import ask, who
from dashboards.components.questions import ask_now, panel
from dashboards.components.view import View
from domain.configuration import Configuration


def form() -> None:
    """Who acts, who takes over which schedule and for how long; below, overrides that may be ended."""
    configuration = source.context().configuration
    st.subheader("Take over a shift", anchor=False)
    me = who([person.id for person in configuration.people])
    with st.form("override", border=False):
        asked = _override(configuration)
    if asked is not None:
        _say(me, asked)
    with panel():
        _end(me)


def _override(configuration: Configuration) -> Command | None:
    """What is asked, None until the button is pressed. Times are the schedule's own."""
    left, right = st.columns(2)
    people = [person.id for person in configuration.people]
    with left:
        schedule = st.selectbox("Schedule", [one.id for one in configuration.schedules])
        person = st.selectbox("Who takes over", people, index=None, format_func=lambda id: naming.person(configuration, id))
        instead = st.selectbox(
            "Only instead of", people, index=None, placeholder="Anybody", format_func=lambda id: naming.person(configuration, id)
        )
    found = configuration.schedule(schedule) if schedule else None
    zone = ZoneInfo(found.time_zone if found else "UTC")
    today = source.context().now.astimezone(zone).date()
    with right:
        begins = st.date_input("From the day", today, min_value=today)
        begins_at = st.time_input("at", time(9), key="override_from")
        ends = st.date_input("To the day", today + timedelta(days=1), min_value=today)
        ends_at = st.time_input("at", time(9), key="override_to")
    st.caption(f"Times of {zone.key}. A beginning that has passed means now.")
    if not st.form_submit_button("Take over", type="primary"):
        return None
    start, end = (datetime.combine(day, at, tzinfo=zone).astimezone(UTC) for day, at in ((begins, begins_at), (ends, ends_at)))
    return Command(
        Action.OVERRIDE, "", value=person or "", until=end, starts=start, schedule=schedule or "", instead_of=instead or "",
        source=Source.PAGE,
    )  # fmt: skip


def _end(me: str | None) -> None:
    running = ask_now(overrides.overrides, View())
    if not running:
        return
    chosen = st.selectbox("Override to end", [one.override_id for one in running], index=None, placeholder="None")
    if chosen and st.button("End it now"):
        _say(me, Command(Action.END_OVERRIDE, "", override_id=chosen, source=Source.PAGE))


def _say(me: str | None, command: Command) -> None:
    if me is None:
        st.warning("Say who you are first: the record tells who did what.")
    elif command.action is Action.OVERRIDE and not command.value:
        st.warning("Say who takes over.")
    else:
        ask(replace(command, actor=me))
