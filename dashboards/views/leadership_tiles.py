"""The four numbers of leadership."""

from __future__ import annotations

from decimal import Decimal

from analytics import flows, pricing, sla, words
from analytics.flows.rows import FlowSummary
from analytics.sla.rows import Attainment
from dashboards import naming, source
from dashboards.components.questions import ask
from dashboards.components.tiles import Tile
from dashboards.components.view import View
from dashboards.text import counted, signed
from dashboards.views.it_tiles import open_failures


def numbers(view: View) -> list[Tile]:
    return [_attainment(view), _activation(view), _money(view), open_failures(view)]


def _attainment(view: View) -> Tile:
    now: Attainment = ask(sla.attainment, view)
    course = tuple(100.0 * point.met / point.with_data for point in ask(sla.attainment_trend, view) if point.with_data)
    change = None if now.share is None or now.previous_share is None else 100 * (now.share - now.previous_share)
    return Tile(
        "SLA attainment",
        "no data" if now.share is None else words.percent(now.share),
        signed(change, f"{abs(change):.1f} pt") if change and abs(change) >= 0.05 else "",
        view.compared,
        better="up",
        course=course,
        definition=f"SLAs that met their target, of those with data. {now.met} met, {now.at_risk} of them at risk, {now.missed} missed, "
        f"{now.no_data} without data.",
    )


def _activation(view: View) -> Tile:
    flow = naming.activation_flow(source.context().configuration)
    now: FlowSummary | None = next(iter(ask(flows.summary, view, flow=flow.id)), None) if flow else None
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
    if total is None or not total.compared_lines:
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
