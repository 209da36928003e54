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
    cursor: Annotated[str, typer.Option(help="Of the page before, as it printed it; without it the newest rows.")] = "",
) -> None:
    """Tell the story of a key, newest 200 rows: spans, milestones, batch rows and failures, across traces. Exit 1 when nothing is known."""
    story = get(server, f"trace/{key}", {"cursor": cursor} if cursor else None)
    if json:
        print_json(story)
    else:
        _print(story)
    if not story["spans"] and not story["events"] and not cursor:
        raise typer.Exit(1)


def _print(story: dict[str, Any]) -> None:
    if story["finding"]:
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
        f"Spans ({len(story['spans'])} of {_spans_of(story)})",
        story["spans"],
        [
            ("Start", lambda s: _time(s["start"])), ("Seconds", lambda s: f"{s['duration_seconds']:.3f}"), ("Interface", "interface_id"),
            ("Span", "name"), ("Facility", "facility_id"), ("Status", lambda s: "✕ failed" if s["failed"] else "ok"), ("Message", "message"),
        ],
        "none",
    )  # fmt: skip
    if story["cursor"]:
        console.print(Text(f"There is more. Next page: supplyscope trace {story['searched']} --cursor {story['cursor']}"))


def _spans_of(story: dict[str, Any]) -> str:
    total = story["span_total"]
    return f"{story['totals']['traces']:,} traces" if total is None else f"{total:,}"


def _time(text: str) -> str:
    return text.replace("T", " ")[:19]
