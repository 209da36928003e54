"""supplyscope desk: the exceptions desk from the terminal."""

from __future__ import annotations

import time
import uuid
from typing import Annotated, Any

import typer

from server.commands.failures import Class, Interface, amounts, minute, thing
from server.commands.options import DEFAULT_SERVER, Days, FacilityOption, Json, Limit, Server, since
from server.commands.output import print_json, print_table
from server.commands.remote import RemoteError, get, post

app = typer.Typer(help="Work items: list them, assign, comment, tag, set due times, resolve.", no_args_is_help=True)
Items = Annotated[list[str], typer.Argument(help="Ids of work items; several are done in one go.")]
By = Annotated[str, typer.Option("--by", envvar="SUPPLYSCOPE_ACTOR", help="Who you are: an id of people in the configuration.")]
_PATIENCE = 20.0


@app.command("list")
def list_items(
    server: Server = DEFAULT_SERVER,
    steward: Annotated[str | None, typer.Option("--steward", help="Only what is this person's or team's.")] = None,
    failure_class: Class = None,
    interface: Interface = None,
    tag: Annotated[str | None, typer.Option("--tag", help="Only items with this tag.")] = None,
    state: Annotated[str, typer.Option("--state", help="open, resolved or all.")] = "open",
    overdue: Annotated[bool, typer.Option("--overdue", help="Only items past their due time.")] = False,
    facility: FacilityOption = None,
    days: Days = 7,
    limit: Limit = 50,
    json: Json = False,
) -> None:
    """Open work items, or those resolved in the period, what is due first on top."""
    asked = {"from": since(days), "steward": steward, "failure_class": failure_class, "interface": interface, "tag": tag}
    asked |= {"state": None if state == "all" else state, "overdue": str(overdue), "facility": facility, "limit": str(limit)}
    rows = get(server, "desk", asked)
    if json:
        print_json(rows)
    else:
        print_table("Exceptions desk", rows, _COLUMNS, "nothing lies on the desk")


@app.command("show")
def show(
    item: Annotated[str, typer.Argument(help="Id of a work item.")], server: Server = DEFAULT_SERVER, json: Json = False
) -> None:
    """Who did what with a work item, and when."""
    rows = get(server, f"desk/{item}/history")
    if json:
        print_json(rows)
    else:
        columns = [("When", minute("time")), ("Who", "actor"), ("What", "action"), ("Outcome", "outcome"), ("", "value")]
        print_table(f"Work item {item}", rows, columns, "nothing")


@app.command("assign")
def assign(
    items: Items,
    by: By,
    to: Annotated[str, typer.Option("--to", help="A person or team; empty gives it back to its steward.")],
    server: Server = DEFAULT_SERVER,
    json: Json = False,
) -> None:
    """Give work items to somebody."""
    _act(server, items, by, {"assign": to}, json)


@app.command("comment")
def comment(
    items: Items, by: By, text: Annotated[str, typer.Option("--text")], server: Server = DEFAULT_SERVER, json: Json = False
) -> None:
    """Say something about work items. Text is masked like telemetry."""
    _act(server, items, by, {"comment": text}, json)


@app.command("tag")
def tag(
    items: Items,
    by: By,
    add: Annotated[str | None, typer.Option("--add", help="A tag to add.")] = None,
    remove: Annotated[str | None, typer.Option("--remove", help="A tag to remove.")] = None,
    server: Server = DEFAULT_SERVER,
    json: Json = False,
) -> None:
    """Add or remove a tag."""
    wanted = {name: value for name, value in (("tag", add), ("untag", remove)) if value is not None}
    _act(server, items, by, wanted, json)


@app.command("due")
def due(
    items: Items,
    by: By,
    at: Annotated[str, typer.Option("--at", help="2026-11-30 or 2026-11-30T17:00:00Z; empty takes it away.")],
    server: Server = DEFAULT_SERVER,
    json: Json = False,
) -> None:
    """Set until when work items must be resolved."""
    _act(server, items, by, {"due": at}, json)


@app.command("resolve")
def resolve(
    items: Items,
    by: By,
    reason: Annotated[str, typer.Option("--reason")] = "",
    server: Server = DEFAULT_SERVER,
    json: Json = False,
) -> None:
    """Say that work items are put right; they open again when they fail again."""
    _act(server, items, by, {"resolve": reason}, json)


@app.command("reopen")
def reopen(
    items: Items,
    by: By,
    reason: Annotated[str, typer.Option("--reason")] = "",
    server: Server = DEFAULT_SERVER,
    json: Json = False,
) -> None:
    """Take the resolving of work items back."""
    _act(server, items, by, {"reopen": reason}, json)


def _act(server: str, items: list[str], by: str, wanted: dict[str, str], json: bool) -> None:
    """Ask, wait until the scheduler has answered, and say what became of it; exit status 2 when something was refused."""
    asked = post(server, "desk/commands", {"items": items, "by": by, "request_id": uuid.uuid4().hex, **wanted})
    ids = [row["command_id"] for row in asked]
    outcomes, until = asked, time.monotonic() + _PATIENCE
    while any(row["outcome"] == "pending" for row in outcomes) and time.monotonic() < until:
        time.sleep(0.3)
        outcomes = get(server, "desk/commands", {"id": ids})
    if json:
        print_json(outcomes)
    else:
        print_table("Work items", outcomes, [("Item", "item_id"), ("Outcome", "outcome"), ("Why", "reason")], "nothing")
    refused = [row["reason"] for row in outcomes if row["outcome"] == "refused"]
    if refused:
        raise RemoteError(f"{len(refused)} of {len(outcomes)} refused: {refused[0]}")


def _due(row: Any) -> str:
    return "" if row["due"] is None else ("overdue " if row["overdue"] else "") + row["due"].replace("T", " ")[:16]


_COLUMNS = [
    ("Item", "item_id"),
    ("State", "state"),
    ("Class", "failure_class"),
    ("Object", thing),
    ("Interface", "interface_id"),
    ("At", "facilities"),
    ("Steward", "steward"),
    ("Due", _due),
    ("Money", amounts),
    ("Opened", minute("opened")),
    ("Remedy", "remedy"),
]
