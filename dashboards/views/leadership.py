"""Are we keeping our promises, how fast do contracts become usable, what is at risk, what needs a decision."""

from __future__ import annotations

from decimal import Decimal

import streamlit as st

from alerts import record
from analytics import failures, flows, pricing, sla, words
from analytics.flows.rows import ContractRow, FlowSummary
from analytics.sla.rows import Attainment, FacilityCell, SlaState
from dashboards import naming, source
from dashboards.charts import heatmaps, lines
from dashboards.components import cards, filters, states, tiles
from dashboards.components.appearance import colours, draw
from dashboards.components.questions import ask, ask_now, panel
from dashboards.components.tiles import Tile
from dashboards.components.view import View
from dashboards.decisions import Decision, gather
from dashboards.text import counted, markdown, signed

REFRESH = "10s"


def page() -> None:
    heading = st.container()
    view = filters.choose()
    with heading:
        _title(view)
    _numbers(view)
    trend, needs = st.columns([1.75, 1], gap="medium")
    with trend:
        _trend(view)
    with needs:
        _needs_a_decision(view)
    _promises_by_facility(view)


@st.fragment(run_every=REFRESH)
def _title(view: View) -> None:
    with panel():
        contracts = ask(flows.contracts, view, limit=5000)
        st.title(markdown(finding(contracts, overpaid(view), view)), anchor=False)


@st.fragment(run_every=REFRESH)
def _numbers(view: View) -> None:
    with panel():
        tiles.row([_attainment(view), _activation(view), _money(view), _open_failures(view)])


@st.fragment(run_every=REFRESH)
def _trend(view: View) -> None:
    with panel():
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


@st.fragment(run_every=REFRESH)
def _needs_a_decision(view: View) -> None:
    with panel():
        st.subheader("Needs a decision", anchor=False)
        cards.decisions(matters(view))


@st.fragment(run_every=REFRESH)
def _promises_by_facility(view: View) -> None:
    with panel():
        cells = ask(sla.by_facility, view)
        st.subheader(markdown(facilities_finding(cells)), anchor=False)
        if not cells:
            states.empty("No promise has been measured yet.", "Promises are configured in slas.yaml.", "supplyscope sla")
            return
        known = [facility.id for facility in source.context().configuration.facilities]
        columns = [id for id in known if view.facility in (None, id)]
        draw(heatmaps.by_facility(cells, columns, colours()), key="promises", alt=facilities_finding(cells))
        st.caption("Blank met · ! at risk (less than a quarter of the error budget left) · ✕ breached · – no data")


def finding(contracts: tuple[ContractRow, ...], above: str, view: View) -> str:
    """The page's title: contracts not live, and money."""
    waiting = sum(1 for contract in contracts if contract.facilities_waiting)
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


def _attainment(view: View) -> Tile:
    now: Attainment = ask(sla.attainment, view)
    course = tuple(100.0 * point.met / point.with_data for point in ask(sla.attainment_trend, view) if point.with_data)
    change = None if now.share is None or now.previous_share is None else 100 * (now.share - now.previous_share)
    return Tile(
        "SLA attainment",
        "no data" if now.share is None else words.percent(now.share),
        "" if change is None else signed(change, f"{abs(change):.1f} pt"),
        view.compared,
        better="up",
        course=course,
        definition=f"SLAs that met their target, of those with data. {now.met} met, {now.at_risk} of them at risk, {now.missed} missed, "
        f"{now.no_data} without data.",
    )


def _activation(view: View) -> Tile:
    flow = naming.activation_flow(source.context().configuration)
    now: FlowSummary | None = next((one for one in ask(flows.summary, view) if flow and one.flow == flow.id), None)
    median, before = (now.median_seconds, now.previous_median_seconds) if now else (None, None)
    change = None if median is None or before is None else median - before
    course = tuple(point.median_seconds for point in ask(flows.trend, view, flow.id)) if flow else ()
    return Tile(
        "Contract activation, median",
        "no data" if median is None else words.duration(median),
        "" if change is None else signed(change, words.duration(abs(change))),
        view.compared,
        course=course,
        definition="Wall-clock time from contract executed to usable in the catalog, over lines that became usable in the period.",
    )


def _money(view: View) -> Tile:
    currency = source.context().configuration.organisation.currency
    total = next((one for one in ask(pricing.total, view) if one.currency == currency), None)
    if total is None:
        return Tile(
            "Paid above contract", "no data", definition="No PO line with a contract price to compare with in the period."
        )
    change = total.overpaid - total.previous_overpaid
    return Tile(
        "Paid above contract",
        words.money(total.overpaid, currency),
        signed(float(change), words.money(abs(change), currency)) if change else "",
        view.compared,
        course=tuple(float(point.overpaid) for point in ask(pricing.trend, view)),
        bars=True,
        definition=f"Quantity × (price paid - contract price in force when ordered), where positive. Exactly {total.overpaid:,.2f} "
        f"{currency} on {counted(total.wrong_price_lines, 'PO line')}; {words.money(Decimal(total.stale_overpaid), currency)} of it "
        "ordered before the new price was loaded.".replace("$", r"\$"),
    )


def _open_failures(view: View) -> Tile:
    classes = ask(failures.by_class, view)
    change = sum(one.failures for one in classes) - sum(one.previous_failures for one in classes)
    return Tile(
        "Failures open",
        f"{sum(one.open_objects for one in classes):,}",
        signed(change, f"{abs(change):,} seen") if change else "",
        view.compared,
        course=tuple(float(day.failures) for day in ask(failures.daily, view)),
        definition="Objects (contract, item, order) whose last attempt failed and has not succeeded since. The course shows failures per day.",
    )
