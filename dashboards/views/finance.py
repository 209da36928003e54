"""What was paid above contract and why, which invoices stop because of an interface, and which batches do not add up."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal, get_args

import streamlit as st

from analytics import batches, pricing, words
from analytics.batches.rows import BatchRun
from analytics.pricing.billing_rows import InvoiceException
from analytics.pricing.rows import LeakageGroup, LeakageTotal
from dashboards import naming, source, tabled
from dashboards.charts import bars
from dashboards.components import filters, layout, states, tiles
from dashboards.components.appearance import colours, draw
from dashboards.components.questions import ask, panel
from dashboards.components.tables import table
from dashboards.components.view import View
from dashboards.text import counted, markdown
from dashboards.views.finance_tiles import numbers

REFRESH = "10s"
Group = Literal["contract", "supplier", "facility", "item"]


def page() -> None:
    heading = st.container()
    view = filters.choose()
    with heading:
        _title(view)
    _body(view)


@st.fragment(run_every=REFRESH)
def _body(view: View) -> None:
    _numbers(view)
    days, groups = layout.pair("days", 1.4, 1)
    with days:
        _by_day(view)
    with groups:
        _by_group(view)
    _lines(view)
    _exceptions(view)
    _control_totals(view)


@st.fragment(run_every=REFRESH)
def _title(view: View) -> None:
    with panel():
        dearest = ask(pricing.by, view, "contract", limit=1)
        st.title(markdown(finding(ask(pricing.total, view), dearest, view)), anchor=False)


def _numbers(view: View) -> None:
    with panel("finance_numbers", 190):
        total = _home(ask(pricing.total, view))
        if total is None or not total.compared_lines:
            states.empty(
                f"No PO line of the last {view.said} has a contract price to compare with.",
                "Send contract prices and PO lines as CloudEvents (supplyscope.contract_price, supplyscope.po_line) to /v1/events.",
            )
            return
        tiles.row(numbers(total, view))


def _by_day(view: View) -> None:
    with panel("finance_by_day", 320):
        points = ask(pricing.trend, view.at_least("30d"))
        currency = source.context().configuration.organisation.currency
        st.subheader("Paid above contract, by day of order", anchor=False)
        if not any(point.overpaid for point in points):
            states.empty(f"Nothing was paid above contract in the last {view.at_least('30d').said}.")
            return
        total = sum((point.overpaid for point in points), Decimal(0))
        draw(
            bars.leakage_by_day(points, currency, colours()),
            key="leakage_days",
            alt=f"{words.money(total, currency)} over {len(points)} days",
        )
        st.caption(
            "Stale price: ordered before the contract's price was loaded at the hospital. Other: loaded, yet paid above it."
        )


def _by_group(view: View) -> None:
    with panel("finance_by_group", 320):
        st.subheader("Where the money goes", anchor=False)
        chosen: Group = (
            st.segmented_control("By", get_args(Group), default="contract", key="by", required=True, label_visibility="collapsed")
            or "contract"
        )
        rows = ask(pricing.by, view, chosen, limit=8)
        if not rows:
            states.empty(f"Nothing was paid above contract in the last {view.said}.")
            return
        configuration = source.context().configuration
        name = (lambda id: naming.facility(configuration, id)) if chosen == "facility" else str
        draw(bars.leakage_by(rows, name, colours()), key=f"leakage_{chosen}", alt=f"Dearest {chosen}: {rows[0].group}")


def _lines(view: View) -> None:
    with panel("finance_lines", 380):
        rows = ask(pricing.lines, view, limit=500)
        st.subheader("PO lines at the wrong price, dearest first", anchor=False)
        table(
            [tabled.leakage_line(row) for row in rows],
            key="wrong_price",
            nothing=f"Every comparable PO line of the last {view.said} was at or below its contract price.",
            alt="Purchase order lines paid above contract price",
            story=lambda at: rows[at].purchase_order_id,
        )


def _exceptions(view: View) -> None:
    with panel("finance_exceptions", 260):
        rows = ask(pricing.invoice_exceptions, view, limit=500)
        st.subheader(markdown(exceptions_finding(rows)), anchor=False)
        table(
            [tabled.invoice_exception(row, source.context().configuration) for row in rows],
            key="exceptions",
            nothing=f"No invoice exception in the last {view.said}.",
            alt="Invoice exceptions and the interface failure behind them",
            story=lambda at: rows[at].invoice_id,
        )


def _control_totals(view: View) -> None:
    with panel("finance_control_totals", 200):
        runs = ask(batches.runs, view, limit=500)
        off = [run for run in runs if run.control_total_off or run.records_rejected]
        st.subheader(markdown(totals_finding(runs)), anchor=False)
        table(
            [tabled.control_total(run) for run in off],
            key="control_totals",
            nothing="Every batch run agrees with its control total." if runs else f"No batch reported in the last {view.said}.",
            alt="Batch runs whose control total or record count does not agree",
            story=lambda at: off[at].correlation_id or off[at].run_id,
        )


def finding(totals: tuple[LeakageTotal, ...], dearest: tuple[LeakageGroup, ...], view: View) -> str:
    """The page's title: how much was paid above contract and what cost most."""
    home = _home(totals)
    if home is None or not home.compared_lines:
        return f"No PO line of the last {view.said} has a contract price to compare with."
    if not home.overpaid:
        return f"Nothing was paid above contract in the last {view.said}."
    because = (
        f"; {words.money(home.stale_overpaid, home.currency)} because a new price was not loaded in time"
        if home.stale_overpaid
        else ""
    )
    most = f" Dearest: contract {dearest[0].group}, {words.money(dearest[0].overpaid, dearest[0].currency)}." if dearest else ""
    return f"{words.money(home.overpaid, home.currency)} was paid above contract in {view.said}{because}.{most}"


def exceptions_finding(rows: tuple[InvoiceException, ...]) -> str:
    """How many exceptions an interface failure explains."""
    caused = sum(1 for row in rows if row.failure_class)
    return (
        f"{caused:,} of {counted(len(rows), 'invoice exception')} follow an interface failure" if rows else "Invoice exceptions"
    )


def totals_finding(runs: tuple[BatchRun, ...]) -> str:
    """How many runs do not add up."""
    off = sum(1 for run in runs if run.control_total_off)
    checked = sum(1 for run in runs if run.control_total_off is not None)
    return (
        f"{off:,} of {counted(checked, 'batch run')} with a control total do not add up"
        if off
        else "Batches and their control totals"
    )


def _home(totals: tuple[LeakageTotal, ...]) -> LeakageTotal | None:
    """The total in the organisation's currency, else the largest."""
    currency = source.context().configuration.organisation.currency
    return next((one for one in totals if one.currency == currency), max(totals, key=lambda one: one.spend, default=None))
