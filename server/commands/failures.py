"""supplyscope failures"""

from __future__ import annotations

from typing import Annotated, Any

import typer

from server.commands.options import DEFAULT_SERVER, Days, FacilityOption, Json, Limit, Server, since
from server.commands.output import print_json, print_table
from server.commands.remote import get

State = Annotated[str | None, typer.Option("--state", help="open or resolved; both without it.")]
Class = Annotated[str | None, typer.Option("--class", help="One failure class.")]
Interface = Annotated[str | None, typer.Option("--interface", help="One interface.")]
Recovery = Annotated[
    str | None,
    typer.Option("--recovery", help="MTTD, MTTR and recurrence instead, by class, interface, facility or all."),
]
Matrix = Annotated[bool, typer.Option("--matrix", help="Interface × class × object instead.")]
Kinds = Annotated[bool, typer.Option("--kinds", help="Kinds of messages that no rule knows instead, new ones first.")]
Doubles = Annotated[bool, typer.Option("--doubles", help="Suppliers and items kept twice or differently instead.")]

_BY_CLASS = [
    ("Class", "failure_class"),
    ("Owner", "owner"),
    ("Failures", "failures"),
    ("Before", "previous_failures"),
    ("Open objects", "open_objects"),
]


def failures(
    server: Server = DEFAULT_SERVER,
    state: State = None,
    failure_class: Class = None,
    interface: Interface = None,
    recovery: Recovery = None,
    matrix: Matrix = False,
    kinds: Kinds = False,
    doubles: Doubles = False,
    facility: FacilityOption = None,
    days: Days = 7,
    limit: Limit = 50,
    json: Json = False,
) -> None:
    """Failures by class and by object, with owner and remedy; or how fast they are answered, their kinds, and doubles of masters."""
    asked = {"from": since(days), "facility": facility, "limit": limit}
    of = {"failure_class": failure_class, "interface": interface}
    if recovery:
        return _show(get(server, "failures/recovery", {**asked, **of, "by": recovery}), "Recovery", _RECOVERY, json)
    if matrix:
        answer = get(server, "failures/matrix", {**asked, **of})
        return print_json(answer) if json else _show(answer["objects"], "Interface × class × object", _MATRIX, json)
    if kinds:
        given = {**asked, "interface": interface}
        return _show(get(server, "failures/templates", given), "Messages that no rule knows", _KINDS, json)
    if doubles:
        return _show(get(server, "masters", asked), "Suppliers and items kept twice or differently", _DOUBLES, json)
    answer = get(server, "failures", {**asked, **of, "state": state})
    if json:
        return print_json(answer)
    print_table("Failures by class", answer["by_class"], _BY_CLASS, "none")
    print_table("Failures by object", answer["groups"], _GROUPS, "none")
    return None


def _show(rows: Any, title: str, columns: list[tuple[str, Any]], json: bool) -> None:
    if json:
        print_json(rows)
    else:
        print_table(title, rows, columns, "none")


def minute(name: str) -> Any:
    return lambda row: None if row[name] is None else row[name].replace("T", " ")[:16]


def thing(row: Any) -> str:
    """The object, or the operation where none is named."""
    return f"{row['object_type']} {row['object']}".strip() or f"operation {row['operation']}".strip()


def amounts(row: Any) -> str:
    return ", ".join(f"{a['currency']} {float(a['amount']):,.2f}" for a in row["amounts"])


def _length(name: str) -> Any:
    return lambda row: None if row[name] is None else f"{row[name] / 3600:.2f} h"


_GROUPS = [
    ("State", "state"),
    ("Class", "failure_class"),
    ("Interface", "interface_id"),
    ("Object", thing),
    ("Facilities", "facilities"),
    ("Contracts", "contracts"),
    ("Count", "count"),
    ("Since", minute("first_seen")),
    ("Owner", "owner"),
    ("Remedy", "remedy"),
]
_RECOVERY = [
    ("Group", "group"),
    ("Episodes", "episodes"),
    ("Resolved", "resolved"),
    ("MTTD", _length("mean_seconds_to_detect")),
    ("MTTR", _length("mean_seconds_to_resolve")),
    ("Median", _length("median_seconds_to_resolve")),
    ("Recurrences", "recurrences"),
    ("Reopened", "reopened"),
]
_MATRIX = [
    ("Interface", "interface_id"),
    ("Class", "failure_class"),
    ("Object", lambda row: f"{row['object_type']} {row['object']}"),
    ("Failures", "failures"),
    ("Records", "records"),
    ("Facilities", "facilities"),
    ("Open at", "open_facilities"),
]
_KINDS = [
    ("New", lambda row: "new" if row["is_new"] else ""),
    ("Template", "template"),
    ("Failures", "failures"),
    ("Interfaces", "interfaces"),
    ("First seen", minute("first_seen")),
]
_DOUBLES = [
    ("Kind", "kind"),
    ("Master", "master"),
    ("Records", lambda row: row["id"] if row["id"] == row["other_id"] else f"{row['id']} and {row['other_id']}"),
    ("Why", lambda row: "; ".join(row["reasons"])),
    ("Ordered", amounts),
    ("Steward", "steward"),
]
