"""Which contracts are not yet live, where, which hop is slow, and which items or suppliers have no mapping."""

from __future__ import annotations

from collections import Counter

import streamlit as st

from analytics import failures, flows, words
from analytics.failures.rows import FailureGroup
from analytics.flows.rows import ContractRow, StageTime
from dashboards import naming, source, tabled
from dashboards.charts import bars
from dashboards.components import filters, layout, states, tiles
from dashboards.components.appearance import colours, draw
from dashboards.components.questions import ask, panel
from dashboards.components.tables import table
from dashboards.components.view import View
from dashboards.text import counted, markdown
from dashboards.views.procurement_tiles import numbers

REFRESH = "10s"


def page() -> None:
    heading = st.container()
    view = filters.choose()
    flow = naming.activation_flow(source.context().configuration)
    if flow is None:
        states.empty("No contract activation flow is configured.", "Add a flow with key contract and per_facility to flows.yaml.")
        return
    with heading:
        _title(view, flow.id)
    _body(view, flow.id)


@st.fragment(run_every=REFRESH)
def _body(view: View, flow: str) -> None:
    _numbers(view, flow)
    hops, waits = layout.pair("hops", 1.5, 1)
    with hops:
        _stages(view, flow)
    with waits:
        _waiting(view, flow)
    _contracts(view, flow)
    unmapped, hospitals = layout.pair("unmapped", 1.5, 1)
    with unmapped:
        _unmapped(view)
    with hospitals:
        _by_facility(view, flow)


@st.fragment(run_every=REFRESH)
def _title(view: View, flow: str) -> None:
    with panel():
        waiting = ask(flows.contracts, view, waiting_only=True, limit=500)
        st.title(markdown(finding(waiting, ask(flows.stages, view, flow), flow)), anchor=False)


def _numbers(view: View, flow: str) -> None:
    with panel("procurement_numbers", 190):
        summary = next(iter(ask(flows.summary, view, flow=flow)), None)
        if summary is None:
            states.empty(f"No contract line moved in the last {view.said}.")
            return
        tiles.row(numbers(summary, view))


def _stages(view: View, flow: str) -> None:
    with panel("procurement_stages", 220):
        rows = ask(flows.stages, view, flow)
        st.subheader(markdown(stages_finding(rows, flow)), anchor=False)
        if not rows:
            states.empty(f"No contract line reached a further step in the last {view.said}.")
            return
        draw(bars.stages(rows, lambda id: _step(flow, id), colours()), key="stages", alt=stages_finding(rows, flow))
        st.caption("Bar: median time of the hop. Diamond: 90th percentile. Dark: our hop; light: another party's, named.")
        if shares := [f"{one.party} {words.percent(one.share)}" for one in ask(flows.attribution, view, flow) if one.share]:
            st.caption(f"Whose clock ran, of all time to usable: {', '.join(shares)}.")


def _waiting(view: View, flow: str) -> None:
    with panel("procurement_waiting", 160):
        waiting = ask(flows.contracts, view, waiting_only=True, limit=500)
        counts = Counter(f"{_step(flow, one.waiting_for)} · {one.party}" for one in waiting).most_common()
        st.subheader("Where contracts wait, and whose turn it is", anchor=False)
        if not counts:
            states.empty("No contract is waiting.")
            return
        draw(bars.waiting(counts, colours()), key="waiting", alt=", ".join(f"{label}: {count}" for label, count in counts))


def _contracts(view: View, flow: str) -> None:
    with panel("procurement_contracts", 260):
        context = source.context()
        waiting = ask(flows.contracts, view, waiting_only=True, limit=500)
        st.subheader("Contracts not live everywhere", anchor=False)
        table(
            [tabled.contract(one, flow, context.configuration, context.now) for one in waiting],
            key="contracts",
            nothing=f"Every contract of the last {view.said} is live everywhere.",
            alt="Contracts with lines still to load, where they wait and whose turn it is",
            story=lambda at: waiting[at].contract_id,
        )


def _unmapped(view: View) -> None:
    with panel("procurement_unmapped", 260):
        groups = [group for group in ask(failures.groups, view, state="open", limit=500) if is_mapping(group)]
        st.subheader(markdown(unmapped_finding(groups)), anchor=False)
        table(
            [tabled.mapping(group, source.context().configuration) for group in groups],
            key="unmapped",
            nothing="Every item and supplier seen has a mapping.",
            alt="Items and suppliers whose mapping is missing, with contract, facilities and owner",
            story=lambda at: next(iter(groups[at].correlation_ids), groups[at].object),
        )


def _by_facility(view: View, flow: str) -> None:
    with panel("procurement_by_facility", 360):
        rows = [row for row in ask(flows.by_group, view, flow, "facility") if row.median_seconds is not None]
        st.subheader("Activation time by hospital", anchor=False)
        if not rows:
            states.empty(f"No line became usable in the last {view.said}.")
            return
        configuration = source.context().configuration
        slowest = max(rows, key=lambda row: row.median_seconds or 0)
        draw(
            bars.facilities(rows, lambda id: naming.facility(configuration, id), colours()),
            key="hospitals",
            alt=f"Slowest is {slowest.group}, median {words.duration(slowest.median_seconds or 0)}",
        )
        st.caption("Dot: median. Diamond: 90th percentile. Slowest on top.")


def finding(waiting: tuple[ContractRow, ...], stages: tuple[StageTime, ...], flow: str) -> str:
    """The page's title: how many wait, most of them where, and the slowest hop."""
    slow = max(stages, key=lambda row: row.median_seconds, default=None)
    slowest = f" Slowest hop: {_step(flow, slow.to_milestone)}, {words.duration(slow.median_seconds)}." if slow else ""
    if not waiting:
        return f"Every contract is live everywhere.{slowest}"
    (step, party), most = Counter((one.waiting_for, one.party) for one in waiting).most_common(1)[0]
    where = "it waits" if len(waiting) == 1 else f"{most:,} wait"
    verb = "is" if len(waiting) == 1 else "are"
    return f"{counted(len(waiting), 'contract')} {verb} not live; {where} for {_step(flow, step)}, {naming.party(party)} turn.{slowest}"


def stages_finding(rows: tuple[StageTime, ...], flow: str) -> str:
    """Which hop takes most of the time."""
    if not rows:
        return "Time between steps"
    slow = max(rows, key=lambda row: row.median_seconds)
    total = sum(row.median_seconds for row in rows)
    share = f", {100 * slow.median_seconds / total:.0f} % of the way" if total else ""
    return f"{_step(flow, slow.to_milestone)} takes longest: {words.duration(slow.median_seconds)}{share}"


def is_mapping(group: FailureGroup) -> bool:
    """Whether the failure is a missing mapping: its class says so."""
    return "mapping" in group.failure_class or "mapping" in group.class_name.lower() or "crosswalk" in group.failure_class


def unmapped_finding(groups: list[FailureGroup]) -> str:
    """How many objects lack a mapping, over how many contracts."""
    missing = len({group.object for group in groups})
    contracts = len({contract for group in groups for contract in group.contracts})
    if not groups:
        return "No mapping is missing"
    verb, holds = ("is", "holds") if missing == 1 else ("are", "hold")
    held = f" and {holds} up {counted(contracts, 'contract')}" if contracts else ""
    return f"{counted(missing, 'mapping')} {verb} missing{held}"


def _step(flow: str, id: str) -> str:
    return naming.milestone(source.context().configuration, flow, id)
