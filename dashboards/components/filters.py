"""The row under the title: facility and period, both in the address, and what the figures rest on at its right."""

from __future__ import annotations

import streamlit as st

from analytics import activity, words
from dashboards import source
from dashboards.components import layout
from dashboards.components.questions import ask, panel
from dashboards.components.view import DEFAULT_PERIOD, PERIODS, View
from dashboards.text import markdown

EVERYWHERE = "All"


def choose() -> View:
    """Draw the filters and return what the reader chose. The address holds both: ?facility=H07&period=30d."""
    facilities, period, sight = layout.filters()
    with facilities:
        facility = _facility()
    with period:
        chosen = st.segmented_control(
            "Period", list(PERIODS), default=DEFAULT_PERIOD, key="period", bind="query-params", required=True
        )
    view = View(None if facility == EVERYWHERE else facility, chosen or DEFAULT_PERIOD)
    with sight:
        _sight(view)
    return view


def _facility() -> str:
    ids = [facility.id for facility in source.context().configuration.facilities]
    chosen = st.selectbox("Facility", [EVERYWHERE, *ids], key="facility", bind="query-params")
    return str(chosen or EVERYWHERE)


@st.fragment(run_every="10s")
def _sight(view: View) -> None:
    """Data up to · coverage · time basis."""
    with panel():
        configuration = source.context().configuration
        seen = ask(activity.sight, view)
        zone = configuration.organisation.time_zone
        up_to = f"Data up to {words.when(seen.data_up_to, zone)}" if seen.data_up_to else "No data received yet"
        coverage = "coverage unknown" if seen.coverage is None else f"coverage {words.percent(seen.coverage)}"
        where = where_of(view.facility)
        st.caption(
            markdown(f"{where} · {up_to} · {coverage} · wall-clock time"),
            help=f"Times are in {zone}. Coverage is the share of the period's minutes in which Supplyscope was receiving, or holds telemetry sent later. "
            "Durations are wall-clock time; service levels count the open hours of their own calendar.",
            text_alignment="right",
        )


def where_of(facility: str | None) -> str:
    """ "H07 South", or "All 12 facilities"."""
    configuration = source.context().configuration
    if facility is None:
        return f"All {len(configuration.facilities)} facilities"
    known = configuration.facility(facility)
    return f"{facility} {known.name}" if known else facility
