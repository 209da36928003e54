"""What failed, for which objects, whose turn it is, and what is still open."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from analytics import failures, words
from analytics.failures.rows import FailureGroup
from domain.configuration import Configuration
from domain.interval import Interval
from reports.audiences import Audience
from reports.document import Column, Figure, Made, Section, Unit
from reports.sections import parties
from reports.sections.asking import Answers, Asked, Part, Values, counted, listing, paged, plain, whole

_COLUMNS = (
    Column("class_name", "Class"),
    Column("what", "What"),
    Column("facilities", "Facilities"),
    Column("state", "State"),
    Column("count", "Failures", Unit.COUNT),
    Column("first_seen", "Since", Unit.TIME),
    Column("resolved", "Until", Unit.TIME),
    Column("owner", "Owner"),
    Column("remedy", "Remedy", shown=False),
    Column("interface_id", "Interface", shown=False),
    Column("contracts", "Contracts", shown=False),
    Column("message", "Message", shown=False),
    Column("supplier_id", "Supplier", shown=False),
    Column("correlation_ids", "Correlation IDs", shown=False),
    Column("item_id", "Work item", shown=False),
    Column("failure_class", "Class id", shown=False),
    Column("operation", "Operation", shown=False),
)
_CLASSES = (
    Column("class_name", "Class"),
    Column("owner", "Owner"),
    Column("failures", "Failures", Unit.COUNT),
    Column("last_week", "Last week", Unit.COUNT),
    Column("four_weeks", "Four-week mean", Unit.COUNT),
    Column("year_ago", "A year ago", Unit.COUNT),
    Column("open", "Open", Unit.COUNT),
    Column("remedy", "Remedy"),
    Column("failure_class", "Class id", shown=False),
)
RULES = (
    "Failures are counted each time something failed in the week; an object is open until the same interface succeeds for the same object at every facility where it failed, or a steward resolves it. Open is as known when this edition was made.",
)


def found(answers: Answers, interval: Interval, audience: Audience) -> tuple[tuple[FailureGroup, ...], bool]:
    """Failures an audience is told of, by object, open ones first; whether there are more than kept."""
    rows, more = paged(lambda limit, offset: answers.ask(failures.groups, interval, limit=limit, offset=offset))
    return tuple(row for row in rows if _concerns(row, answers.configuration, audience)), more


def _concerns(row: FailureGroup, configuration: Configuration, audience: Audience) -> bool:
    if audience.supplier:
        return row.supplier_id == audience.supplier
    return not audience.party or parties.of_interface(row.interface_id, configuration) == audience.party


def measure(answers: Answers, interval: Interval, audience: Audience) -> Values:
    """From the classes' totals as the pages show them; where an audience sees a part only, from its objects."""
    if audience.outside:
        rows, _ = found(answers, interval, audience)
        by_class: dict[str, int] = defaultdict(int)
        for row in rows:
            by_class[row.failure_class] += row.count
        still = sum(row.resolved is None for row in rows)
    else:
        classes = answers.ask(failures.by_class, interval)
        by_class = {row.failure_class: row.failures for row in classes}
        still = sum(row.open_objects for row in classes)
    values: Values = {f"class.{name}": count for name, count in by_class.items()}
    return values | {"failures": sum(by_class.values()), "failures_open": still}


def build(asked: Asked) -> Part:
    rows, more = found(asked.answers, asked.interval, asked.audience)
    note = "More objects failed than are listed; ask the API for all." if more else ""
    lists = (
        listing("failure_classes", "Failures by class", _CLASSES, _classes(asked, rows), key=("failure_class",), compared=True),
        listing("failures", "What failed", _COLUMNS, (_row(asked, row) for row in rows), key=("item_id", "failure_class", "interface_id", "what", "operation"), more=int(more), note=note),
    )  # fmt: skip
    total, still = whole(asked.value("failures")), whole(asked.value("failures_open"))
    title = f"{counted(total, 'failure')}, {counted(still, 'object')} still open" if total else "No failure this week"
    shown = (("failure_classes", 15), ("failures", 10)) if rows else ()
    return Part(Section("failures", title, listings=shown), _figures(asked), lists, RULES)


def _classes(asked: Asked, rows: tuple[FailureGroup, ...]) -> Iterator[dict[str, Any]]:
    by_class: dict[str, list[FailureGroup]] = defaultdict(list)
    for row in rows:
        by_class[row.failure_class].append(row)
    for name, of_class in sorted(by_class.items(), key=lambda pair: (-sum(row.count for row in pair[1]), pair[0])):
        first = of_class[0]
        yield {
            **asked.compared(f"class.{name}"), "failure_class": name, "class_name": first.class_name or words.spoken(name),
            "owner": parties.person(first.owner, asked.configuration), "failures": sum(row.count for row in of_class),
            "open": sum(row.resolved is None for row in of_class), "remedy": first.remedy,
        }  # fmt: skip


def _row(asked: Asked, row: FailureGroup) -> dict[str, Any]:
    what = f"{words.spoken(row.object_type)} {row.object}" if row.object else row.operation or "no object named"
    return {
        **plain(row), "what": what, "class_name": row.class_name or words.spoken(row.failure_class), "state": row.state,
        "owner": parties.person(row.owner, asked.configuration),
    }  # fmt: skip


def _figures(asked: Asked) -> tuple[Figure, ...]:
    still = Made("failures", where=(("state", ("open",)),))
    return (
        asked.figure("failures", "Failures", Unit.COUNT, Made("failures", "sum", "count"), "down"),
        asked.figure("failures_open", "Objects that failed and are open", Unit.COUNT, still, "down", tile=True),
    )
