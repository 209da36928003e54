"""The four numbers of the exceptions desk, and how its rows are written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from analytics import words
from analytics.desk import DeskItem
from analytics.failures.rows import Amount, MessageTemplate, Recovery
from analytics.masters import MasterPair
from dashboards import naming
from dashboards.components.tiles import Tile
from dashboards.components.view import View
from dashboards.text import signed
from domain.configuration import Configuration

_STATE = {"open": "✕ open", "resolved": "✓ resolved"}


MOST = 1_000


def numbers(open_items: Sequence[DeskItem], now: Recovery | None, before: Recovery | None, home: str, view: View) -> list[Tile]:
    """Open (at most MOST are read), overdue, money behind them, and how long it takes to resolve."""
    late = sum(item.overdue for item in open_items)
    return [
        Tile(
            "Open items",
            f"{len(open_items):,}{'+' if len(open_items) >= MOST else ''}",
            note=f"{sum(not item.assignee for item in open_items):,} not assigned to anybody",
            definition="Objects that failed at an interface and have not succeeded since, and doubles of suppliers and items, of the filters chosen; however old.",
        ),
        Tile("Overdue", f"{late:,}", note="past the due time somebody set", definition="Open items whose due time has passed."),
        _money(open_items, home),
        _recovery(now, before, view),
    ]


def _money(items: Sequence[DeskItem], home: str) -> Tile:
    totals = total([amount for item in items for amount in item.amounts])
    others = ", ".join(words.money(amount, currency) for currency, amount in sorted(totals.items()) if currency != home)
    return Tile(
        "Money behind them",
        words.money(totals.get(home, Decimal(0)), home),
        note=f"and {others}" if others else "orders and invoices named, or ordered meanwhile",
        definition="Of a purchase order or invoice that failed, its lines; of an item, contract or supplier, what was ordered of it at the "
        "hospitals where it failed while it was failing. One order behind two items counts for each.",
    )


def _recovery(now: Recovery | None, before: Recovery | None, view: View) -> Tile:
    mean = now.mean_seconds_to_resolve if now else None
    earlier = before.mean_seconds_to_resolve if before else None
    change = None if mean is None or earlier is None else mean - earlier
    again = f"{now.recurrences:,} of {now.episodes:,} were recurrences" if now and now.episodes else ""
    return Tile(
        "Time to resolve, mean",
        "no data" if mean is None else words.duration(mean),
        signed(change, words.duration(abs(change))) if change else "",
        view.compared,
        note=again,
        definition="MTTR: wall time from an object's first failure to what answered it, over the failures of the period that were answered.",
    )


def total(amounts: Sequence[Amount]) -> dict[str, Decimal]:
    """Sum per currency."""
    found: dict[str, Decimal] = defaultdict(Decimal)
    for one in amounts:
        found[one.currency] += one.amount
    return dict(found)


def money(amounts: Sequence[Amount]) -> str:
    return ", ".join(words.money(amount, currency) for currency, amount in sorted(total(amounts).items()))


def item(one: DeskItem, configuration: Configuration, home: str) -> dict[str, Any]:
    """A row of the desk."""
    return {
        "State": "! overdue" if one.overdue else f"{_STATE[one.state]}{' …' if one.pending else ''}",
        "What": f"{one.object_type} {one.object}".strip() or f"operation {one.operation}",
        "Class": one.class_name or naming.failure_class(configuration, one.failure_class),
        "Interface": naming.interface(configuration, one.interface_id) if one.interface_id else "",
        "At": naming.some(one.facilities),
        "Tries": one.failures,
        f"Money ({home})": total(one.amounts).get(home, Decimal(0)),
        "Steward": naming.person(configuration, one.steward),
        "Due": one.due,
        "Since": one.opened,
        "Last": one.last_seen,
        "Tags": ", ".join(one.tags),
        "Comments": one.comments,
        "Remedy": one.remedy,
        "Message": one.message,
        "Id": one.item_id,
    }


def kind(one: MessageTemplate, configuration: Configuration) -> dict[str, Any]:
    """A row of messages that no rule knows."""
    return {
        "": "new" if one.is_new else "",
        "Message": one.template,
        "Failures": one.failures,
        "Interfaces": naming.some([naming.interface(configuration, id) for id in one.interfaces], 3),
        "At": naming.some(one.facilities),
        "First seen": one.first_seen,
        "Last": one.last_seen,
        "Example": one.example,
    }


def double(one: MasterPair, configuration: Configuration, home: str) -> dict[str, Any]:
    """A row of suppliers and items kept twice or differently."""
    return {
        "Kind": one.kind,
        "What": f"{one.master} {one.id}" if one.id == one.other_id else f"{one.master} {one.id} and {one.other_id}",
        "Why": "; ".join(one.reasons),
        f"Ordered ({home})": total(one.amounts).get(home, Decimal(0)),
        "Orders": one.orders,
        "Steward": naming.person(configuration, one.steward),
    }
