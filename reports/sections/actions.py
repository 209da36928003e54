"""What somebody has to do, who, and by when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from analytics import desk, words
from analytics.desk import DeskItem
from analytics.sla.rows import Breach
from domain.reports import AudienceKind
from reports.document import Column, Made, Section, Unit
from reports.sections import breaches, money, parties
from reports.sections.asking import MOST, Asked, Part, Values, counted, listing

_AHEAD = timedelta(days=7)
_COLUMNS = (
    Column("action", "Action"),
    Column("who", "Who"),
    Column("due", "Due", Unit.TIME),
    Column("state", "State"),
    Column("remedy", "How"),
    Column("kind", "Kind", shown=False),
    Column("id", "Id", shown=False),
)
RULES = (
    "An action is due when its work item is overdue or due within seven days of making this edition, when breaches of a promise were still open at the week's end (one action for each promise), or when a credit of the week is to be claimed.",
)


def build(asked: Asked) -> Part:
    rows = list(_actions(asked))
    late = sum(row["state"] == "overdue" for row in rows)
    title = f"{counted(len(rows), 'action')} due" + (f", {late:,} overdue" if late else "") if rows else "Nothing is due"
    table = listing("actions", "Actions due", _COLUMNS, rows, key=("kind", "id"))
    figure = asked.figure("actions", "Actions due", Unit.COUNT, Made("actions"), "down")
    return Part(Section("actions", title, listings=(("actions", 20),) if rows else ()), (figure,), (table,), RULES)


def count(asked: Asked) -> Values:
    """The week's own number of actions; earlier weeks' are done or carried over, so there is nothing to compare with."""
    return {"actions": sum(1 for _ in _actions(asked))}


def _actions(asked: Asked) -> Iterator[dict[str, Any]]:
    if not asked.audience.outside:
        yield from (_work(asked, item) for item in _items(asked))
    yield from _restored(asked)
    if not asked.audience.party:
        yield from _claims(asked)


def _restored(asked: Asked) -> Iterator[dict[str, Any]]:
    """One action for each promise with open breaches, however many: the list of breaches has them all."""
    still: dict[str, list[Breach]] = defaultdict(list)
    for breach in breaches.found(asked.answers, asked.interval, asked.audience):
        if breaches.open_at(breach, asked.interval):
            still[breach.sla_id].append(breach)
    for sla_id, of_sla in still.items():
        first, lasting = of_sla[0], [breach for breach in of_sla if breach.closed is None]
        subject = f": {first.subject}" if len(of_sla) == 1 and first.subject else ""
        many = f": {counted(len(of_sla), 'breach', 'breaches')} open at the week's end" if len(of_sla) > 1 else ""
        yield {
            "kind": "breach", "id": sla_id, "action": f"Restore “{first.name}”{subject}{many}",
            "who": parties.person(first.owner, asked.configuration), "due": min(breach.opened for breach in of_sla),
            "state": "open" if lasting else "done since", "remedy": first.reason,
        }  # fmt: skip


def _items(asked: Asked) -> list[DeskItem]:
    items = asked.answers.ask(desk.items, asked.interval, state="open", limit=MOST)
    until = asked.context.now + _AHEAD
    return [item for item in items if item.overdue or (item.due is not None and item.due <= until)]


def _work(asked: Asked, item: DeskItem) -> dict[str, Any]:
    what = (
        f"{item.class_name or words.spoken(item.failure_class)}: {words.spoken(item.object_type)} {item.object or item.operation}"
    )
    return {
        "kind": "work item", "id": item.item_id, "action": what, "who": parties.person(item.steward, asked.configuration),
        "due": item.due, "state": "overdue" if item.overdue else "open", "remedy": item.remedy,
    }  # fmt: skip


def _claims(asked: Asked) -> Iterator[dict[str, Any]]:
    theirs = asked.kind is AudienceKind.SUPPLIER
    for credit in money.credits_of(asked.answers, asked.interval, asked.audience):
        if credit.credit_due:
            amount = words.money(credit.credit_due, credit.currency)
            under = f" under {credit.contract_id}" if credit.contract_id else ""
            yield {
                "kind": "credit", "id": f"{credit.supplier_id}/{credit.contract_id}/{credit.currency}",
                "action": f"Issue a credit of {amount}{under}" if theirs else f"Claim {amount} from {credit.supplier_id}{under}",
                "who": credit.supplier_id if theirs else "Accounts payable", "due": None, "state": "open",
                "remedy": f"{counted(credit.invoices, 'invoice')} billed above contract; the lines are in the list of credits.",
            }  # fmt: skip
