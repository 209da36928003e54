"""Are we keeping our promises, how fast do contracts become usable, what is at risk, what needs a decision."""

from __future__ import annotations

import streamlit as st

from alerts import record
from analytics import failures, flows, pricing, sla, words
from analytics.flows.rows import ContractRow
from analytics.sla.rows import FacilityCell, SlaState
from dashboards import naming, source
from dashboards.charts import heatmaps, lines
from dashboards.components import cards, filters, layout, states, tiles
from dashboards.components.appearance import colours, draw
from dashboards.components.questions import ask, ask_now, panel
from dashboards.components.view import View
from dashboards.decisions import Decision, gather
from dashboards.text import counted, markdown
from dashboards.views.leadership_tiles import numbers

REFRESH = "10s"
_ROWS = 8


def page() -> None:
    heading = st.container()
    view = filters.choose()
    with heading:
        _title(view)
    _body(view)


@st.fragment(run_every=REFRESH)
def _body(view: View) -> None:
    _numbers(view)
    course, needs = layout.pair("course", 1.8, 1)
    with course:
        _trend(view)
        _promises_by_facility(view)
    with needs:
        _needs_a_decision(view)


@st.fragment(run_every=REFRESH)
def _title(view: View) -> None:
    with panel():
        contracts = ask(flows.contracts, view, limit=5000)
        st.title(markdown(finding(contracts, overpaid(view), view)), anchor=False)


def _numbers(view: View) -> None:
    with panel("leadership_numbers", 190):
        tiles.row(numbers(view))


def _trend(view: View) -> None:
    with panel("leadership_trend", 380):
        configuration = source.context().configuration
        flow = naming.activation_flow(configuration)
        wide = view.at_least("30d")
        points = ask(flows.trend, wide, flow.id) if flow else ()
        target = naming.activation_target(configuration)
        st.subheader(markdown(trend_finding([point.median_seconds for point in points], wide)), anchor=False)
        if not points:
            states.empty(f"No contract became usable in the last {wide.said}.")
            return
        draw(
            lines.activation(points, target, colours()),
            key="activation_trend",
            alt=f"Contract activation time per day over {wide.said}: last median {words.duration(points[-1].median_seconds)}, "
            f"90th percentile {words.duration(points[-1].p90_seconds)}",
        )
        st.caption(f"Per day of completion over the last {wide.said}; wall-clock time from contract executed to usable.")


def _needs_a_decision(view: View) -> None:
    with panel("leadership_needs_a_decision", 420):
        st.subheader("Needs a decision", anchor=False)
        cards.decisions(matters(view))


def _promises_by_facility(view: View) -> None:
    with panel("leadership_promises_by_facility", 300):
        cells = ask(sla.by_facility, view)
        st.subheader(markdown(facilities_finding(cells)), anchor=False)
        if not cells:
            states.empty("No promise has been measured yet.", "Promises are configured in slas.yaml.", "supplyscope sla")
            return
        known = [facility.id for facility in source.context().configuration.facilities]
        columns = [id for id in known if view.facility in (None, id)]
        names = heatmaps.troubled(cells, _ROWS)
        shown = [cell for cell in cells if cell.name in names]
        draw(heatmaps.by_facility(shown, columns, colours()), key="promises", alt=facilities_finding(cells))
        rest = len({cell.name for cell in cells}) - len(names)
        hidden = f" Worst first; {counted(rest, 'SLA')} with less or no trouble not shown." if rest else ""
        st.caption(f"Blank met · ! at risk · ✕ breached · – no data.{hidden}")


def finding(contracts: tuple[ContractRow, ...], above: str, view: View) -> str:
    """The page's title: contracts not live, and money."""
    waiting = sum(1 for contract in contracts if contract.loaded < contract.lines)
    money = f" {above} was paid above contract." if above else ""
    if not contracts:
        return f"No contract was activated in the last {view.said}.{money}"
    if not waiting:
        return f"All {counted(len(contracts), 'new contract')} are live everywhere.{money}"
    verb = "is" if waiting == 1 else "are"
    return f"{waiting:,} of {counted(len(contracts), 'new contract')} {verb} not live everywhere.{money}"


def trend_finding(medians: list[float], view: View) -> str:
    """Whether activation got faster: the later half of the days against the earlier one."""
    if len(medians) < 4:
        return "Contract activation time"
    half = len(medians) // 2
    earlier, later = sorted(medians[:half])[half // 2], sorted(medians[half:])[(len(medians) - half) // 2]
    if abs(later - earlier) < 0.05 * max(earlier, 1.0):
        return f"Activation takes as long as it did: {words.duration(later)}"
    change = "faster" if later < earlier else "slower"
    return f"Activation got {change}: {words.duration(later)} in the later half of {view.said}, {words.duration(earlier)} before"


def facilities_finding(cells: tuple[FacilityCell, ...]) -> str:
    """Who kept every promise and who missed most."""
    missed: dict[str, int] = {}
    for cell in cells:
        if cell.facility_id:
            missed[cell.facility_id] = missed.get(cell.facility_id, 0) + (cell.state is SlaState.BREACHED)
    kept = sum(1 for count in missed.values() if not count)
    if not missed:
        return "Promises by hospital"
    if kept == len(missed):
        return (
            f"{'Both' if kept == 2 else 'All'} {counted(kept, 'hospital')} kept every SLA" if kept > 1 else "Every SLA was kept"
        )
    worst = max(missed, key=lambda id: missed[id])
    return f"{kept} of {counted(len(missed), 'hospital')} kept every SLA; {worst} missed {missed[worst]}"


def overpaid(view: View) -> str:
    """Money paid above contract, one amount per currency; '' when none."""
    totals = [total for total in ask(pricing.total, view) if total.overpaid > 0]
    return " and ".join(words.money(total.overpaid, total.currency) for total in totals)


def matters(view: View) -> tuple[Decision, ...]:
    """Everything open, from incidents, breaches and failures."""
    context = source.context()
    costs = {group.group: group.overpaid for group in ask(pricing.by, view, "contract", limit=500)}
    incidents = ask_now(record.incidents, view, open_only=True)
    breaches = ask(sla.breaches, view, open_only=True)
    groups = ask(failures.groups, view, state="open", limit=50)
    return gather(incidents, breaches, groups, costs, context.configuration, context.now)
