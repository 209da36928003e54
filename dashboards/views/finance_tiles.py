"""The four numbers of finance."""

from __future__ import annotations

from decimal import Decimal

from analytics import pricing, words
from analytics.pricing.rows import LeakageTotal
from dashboards.components.questions import ask
from dashboards.components.tiles import Tile
from dashboards.components.view import View
from dashboards.text import counted, signed


def numbers(total: LeakageTotal, view: View) -> list[Tile]:
    change = total.overpaid - total.previous_overpaid
    of_spend = f" of {words.money(total.spend, total.currency)} compared"
    return [
        Tile(
            "Paid above contract",
            words.money(total.overpaid, total.currency),
            signed(float(change), words.money(abs(change), total.currency)) if change else "",
            view.compared,
            course=tuple(float(point.overpaid) for point in ask(pricing.trend, view)),
            bars=True,
            definition=f"Exactly {total.overpaid:,.2f} {total.currency}{of_spend}".replace("$", r"\$"),
        ),
        Tile(
            "Because of a stale price",
            words.money(total.stale_overpaid, total.currency),
            note=_share(total.stale_overpaid, total.overpaid),
            course=tuple(float(point.stale_overpaid) for point in ask(pricing.trend, view)),
            bars=True,
            definition="Ordered after the contract took effect and before its price was loaded at the hospital.",
        ),
        Tile(
            "For other reasons",
            words.money(total.other_overpaid, total.currency),
            note=_share(total.other_overpaid, total.overpaid),
            course=tuple(float(point.overpaid - point.stale_overpaid) for point in ask(pricing.trend, view)),
            bars=True,
            definition="The contract price was loaded, the order was still dearer.",
        ),
        Tile(
            "PO lines at the wrong price",
            f"{total.wrong_price_lines:,}",
            note=f"of {total.compared_lines:,} compared",
            definition=f"On {counted(total.wrong_price_orders, 'order')}; {total.compared_lines:,} lines compared. "
            f"{counted(total.not_comparable_lines, 'line')} could not be compared: another currency or unit, or an expired price.",
        ),
    ]


def _share(part: Decimal, whole: Decimal) -> str:
    return f"{100 * part / whole:.0f} % of it" if whole else ""
