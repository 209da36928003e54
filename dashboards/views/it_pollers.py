"""How those do that ask brokers for their queues: a figure nobody can read is not a good figure."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from analytics import queues, words
from analytics.queues.rows import PollerHealth, PollerStatus
from dashboards import source
from dashboards.components.questions import ask_now, panel
from dashboards.components.tables import table
from dashboards.components.view import View
from dashboards.text import counted, markdown

Row = dict[str, object]
_SHOWN = {
    PollerHealth.OK: "● ok",
    PollerHealth.FAILING: "✕ failing",
    PollerHealth.SILENT: "! silent",
    PollerHealth.NEW: "– not polled yet",
}


def panels(view: View) -> None:
    """One table, where pollers are configured."""
    if not source.context().configuration.pollers:
        return
    with panel("it_pollers", 160):
        pollers = ask_now(queues.pollers, view)
        st.subheader(markdown(finding(pollers)), anchor=False)
        table(
            [poller_row(poller) for poller in pollers],
            key="pollers",
            nothing="No poller is configured.",
            alt="Every poller of a broker: state, age of its last good sample, failures in a row and why",
        )


def finding(pollers: Sequence[PollerStatus]) -> str:
    """One sentence: who cannot read its broker, and for how long."""
    troubled = [poller for poller in pollers if poller.health in (PollerHealth.FAILING, PollerHealth.SILENT)]
    if not troubled:
        return f"{counted(len(pollers), 'broker')} polled"
    worst = troubled[0]
    since = "never read" if worst.age_seconds is None else f"last read {words.duration(worst.age_seconds)} ago"
    more = f", and {len(troubled) - 1} more" if len(troubled) > 1 else ""
    return f"{worst.poller} cannot be polled, {since}{more}"


def poller_row(poller: PollerStatus) -> Row:
    return {
        "State": _SHOWN[poller.health],
        "Poller": poller.poller,
        "Kind": poller.kind,
        "Last good": poller.last_good,
        "Age": "" if poller.age_seconds is None else words.duration(poller.age_seconds),
        "Failed in a row": poller.failures,
        "Queues": poller.queues,
        "Why": poller.error,
    }
