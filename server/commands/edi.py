"""supplyscope edi"""

from __future__ import annotations

from typing import Annotated, Any

import typer

from server.commands.options import DEFAULT_SERVER, Days, FacilityOption, Json, Limit, Server, since
from server.commands.output import print_json, print_table
from server.commands.remote import get

Partner = Annotated[str | None, typer.Option("--partner", help="One trading partner; all without it.")]
Set = Annotated[str | None, typer.Option("--set", help="One transaction set, for example 850.")]
Status = Annotated[str | None, typer.Option("--status", help="accepted, rejected, awaiting, overdue or not_expected.")]
Key = Annotated[str, typer.Argument(help="A business key or control number, as written; everything without one.")]
Overdue = Annotated[
    bool, typer.Option("--overdue", help="Only documents whose acknowledgement is missing, however old up to 45 days.")
]


def edi(
    key: Key = "",
    server: Server = DEFAULT_SERVER,
    partner: Partner = None,
    set_id: Set = None,
    status: Status = None,
    overdue: Overdue = False,
    facility: FacilityOption = None,
    days: Days = 7,
    limit: Limit = 50,
    json: Json = False,
) -> None:
    """X12 documents and what their receivers said of them: accepted, rejected, awaited, overdue."""
    if overdue:
        answer = {"documents": get(server, "edi/overdue", {"partner": partner, "facility": facility, "limit": limit})}
    else:
        asked = {"from": since(days), "partner": partner, "set": set_id, "status": status, "key": key or None}
        answer = get(server, "edi", {**asked, "facility": facility, "limit": limit})
    if json:
        return print_json(answer["documents"] if overdue else answer)
    return _print(answer)


def _print(answer: dict[str, Any]) -> None:
    if "by_set" in answer:
        print_table(
            "Sets", answer["by_set"],
            [("Set", "set_id"), ("Direction", "direction"), ("Partner", "partner"), ("Documents", "documents"), ("Accepted", "accepted"),
             ("Rejected", "rejected"), ("Awaiting", "awaiting"), ("Overdue", "overdue"), ("Not read", "failed")],
            "no X12 document in the period; send some to POST /v1/edi",
        )  # fmt: skip
    print_table(
        "Documents", answer["documents"],
        [("Sent", lambda d: _minute(d["time"])), ("Set", "set_id"), ("Partner", "partner"), ("Interchange", "interchange_control"),
         ("Group", "group_control"), ("Control", "set_control"), ("About", lambda d: ", ".join(d["keys"][:3])), ("Status", "status"),
         ("Due", lambda d: _minute(d["due"])), ("Message", lambda d: d["message"] or d["reason"])],
        "none",
    )  # fmt: skip
    if answer.get("control_conflicts"):
        print_table(
            "Control numbers used for different contents", answer["control_conflicts"],
            [("Sender", "sender"), ("Receiver", "receiver"), ("Interchange", "interchange_control"), ("Contents", "contents")], "none",
        )  # fmt: skip


def _minute(time: str | None) -> str:
    return "" if time is None else time.replace("T", " ")[:16]
