"""supplyscope trace"""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.text import Text

from server.commands.options import DEFAULT_SERVER, Json, Server
from server.commands.output import console, print_json, print_table
from server.commands.remote import get


def trace(
    key: Annotated[str, typer.Argument(help="A correlation id, contract, PO or invoice number, batch run or trace id.")],
    server: Server = DEFAULT_SERVER,
    json: Json = False,
) -> None:
    """Tell the whole story of a key: spans, milestones, batch rows and failures, across traces. Exit 1 when nothing is known."""
    story = get(server, f"trace/{key}")
    if json:
        print_json(story)
    else:
        _print(story)
    if not story["spans"] and not story["events"]:
        raise typer.Exit(1)


def _print(story: dict[str, Any]) -> None:
    console.print(Text(story["finding"], style="bold"))
    if story["keys"]:
        console.print(Text("Keys: " + ", ".join(f"{k['key_type']} {k['value']}" for k in story["keys"])))
    print_table(
        "The story (UTC)",
        story["events"],
        [
            ("When", lambda e: _time(e["time"])),
            ("Kind", "kind"),
            ("Where", "where"),
            ("What", "what"),
            ("Outcome", "outcome"),
            ("Facility", "facility_id"),
            ("Turn", "turn"),
        ],
        "no milestone, batch row or failure",
    )
    print_table(
        f"Spans ({len(story['spans'])} of {story['span_total']})",
        story["spans"],
        [
            ("Start", lambda s: _time(s["start"])), ("Seconds", lambda s: f"{s['duration_seconds']:.3f}"), ("Interface", "interface_id"),
            ("Span", "name"), ("Facility", "facility_id"), ("Status", lambda s: "✕ failed" if s["failed"] else "ok"), ("Message", "message"),
        ],
        "none",
    )  # fmt: skip


def _time(text: str) -> str:
    return text.replace("T", " ")[:19]
