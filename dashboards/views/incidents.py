"""Incidents: what is open and who has it; of one of them everything that happened, whom it told, and what to do about it."""

from __future__ import annotations

import streamlit as st

from alerts import record
from alerts.notification import facts
from alerts.silences import silences
from analytics.context import Context
from dashboards import source
from dashboards.components import states
from dashboards.components.links import story_link
from dashboards.components.questions import ask_now, panel
from dashboards.components.tables import picked, table
from dashboards.components.view import View
from dashboards.text import counted, markdown
from dashboards.views import incidents_acting, incidents_words

Row = dict[str, object]
_MOST = 500
# What may be shown, and what is said when there is none.
_STATES = {
    "open": "No incident is open.",
    "historic": "Nothing in the history that was brought in is still open.",
    "all": "No incident yet.",
}


def page() -> None:
    """`?incident=I-…` opens one incident, `&silence=1` its form for silence first; `?state=historic` shows what was found in history,
    `?state=all` those that are over too."""
    if asked := st.query_params.get("incident"):
        _one(asked)
    else:
        _all()


@st.fragment(run_every="10s")
def _all() -> None:
    view = View()
    now = source.context().now
    with panel("incidents", 420):
        open_ones = ask_now(record.incidents, view, open_only=True, limit=_MOST)
        st.title(markdown(incidents_words.finding(open_ones, now)), anchor=False)
        states.as_of("every 10 s")
        state = st.segmented_control(
            "State",
            list(_STATES),
            default="open",
            key="state",
            bind="query-params",
            required=True,
            label_visibility="collapsed",
        )
        shown = open_ones if state != "all" else ask_now(record.incidents, view, limit=_MOST)
        rows = [one for one in shown if state == "all" or one.historic is (state == "historic")]
        configuration = source.context().configuration
        chosen = picked(
            [incidents_words.row_of(one, configuration, now) for one in rows], key=f"incidents_{state}",
            nothing=_STATES[state],
            alt="Incidents: how grave, what, since when, who has it, where, and how many messages it sent",
        )  # fmt: skip
        if chosen:
            st.query_params["incident"] = rows[chosen[0]].incident_id
            st.rerun(scope="app")
        if rows:
            newest = f" The newest {_MOST} are shown." if len(shown) == _MOST else ""
            st.caption(f"Tick a row to open it.{newest}{incidents_words.WITHHELD if state == 'historic' else ''}")
    with panel("silences", 160):
        quiet = ask_now(silences_now, view)
        st.subheader(
            markdown(f"{counted(len(quiet), 'silence')} in force or to come" if quiet else "Nothing is silenced"), anchor=False
        )
        table(
            quiet,
            key="silences",
            nothing="No silence is in force or to come.",
            alt="Silences: what they cover, by whom, from when to when",
        )


def _one(incident_id: str) -> None:
    if st.button("All incidents", icon=":material/arrow_back:", type="tertiary"):
        st.query_params.clear()
        st.rerun()
    _told(incident_id)


@st.fragment(run_every="10s")
def _told(incident_id: str) -> None:
    view, configuration = View(), source.context().configuration
    with panel("incident", 420):
        found = ask_now(record.incident, view, incident_id)
        if found is None:
            st.title("This incident does not exist", anchor=False)
            states.empty(f"{incident_id} is not on record, or concerns facilities you may not see.", "Go back to all incidents.")
            return
        st.title(markdown(found.title), anchor=False)
        st.caption(markdown(incidents_words.standing(found, configuration)))
        known, acting = st.columns([1.6, 1])
        with known:
            st.markdown("\n".join(f"- **{label}** {markdown(text)}" for label, text in facts(found, configuration, whole=True)))
            if searched := found.correlation_id or next(iter((*found.contracts, *found.items)), ""):
                story_link(searched)
        with acting:
            incidents_acting.form(
                found, [p.id for p in configuration.people], silence_first=st.query_params.get("silence") == "1"
            )
    with panel("incident_history", 260):
        events = ask_now(record.history, view, incident_id)
        st.subheader(markdown(f"{counted(len(events), 'event')}, the newest first"), anchor=False)
        table(
            [incidents_words.event_row(e) for e in reversed(events)], key="history", nothing="Nothing is on record.", seconds=True,
            alt="Everything that happened to the incident: when, what, by whom, and in which words",
        )  # fmt: skip
    with panel("incident_deliveries", 200):
        messages = ask_now(record.deliveries, view, incident_id)
        st.subheader(markdown(incidents_words.delivery_finding(messages)), anchor=False)
        table(
            [incidents_words.delivery_row(m) for m in messages],
            key="deliveries",
            nothing="Nobody was told.",
            alt="Messages and what became of them",
            seconds=True,
        )


def silences_now(context: Context) -> tuple[Row, ...]:
    """Silences that last or will begin."""
    return tuple(
        {"State": one.state(context.now), "Covers": ", ".join(map(str, one.matchers)) or one.incident_id, "By": one.by,
         "From": one.starts, "Until": one.ends, "Comment": one.comment}
        for one in silences(context)
    )  # fmt: skip
