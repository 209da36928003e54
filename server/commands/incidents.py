"""supplyscope incidents"""

from __future__ import annotations

from typing import Annotated

import typer

from server.commands.options import DEFAULT_SERVER, Json, Server
from server.commands.output import print_json, print_table
from server.commands.remote import get


def incidents(
    server: Server = DEFAULT_SERVER,
    open_only: Annotated[bool, typer.Option("--open", help="Only open ones.")] = False,
    json: Json = False,
) -> None:
    """Incidents, newest first, and what was sent of each."""
    answer = get(server, "incidents", {"open_only": open_only})
    if json:
        print_json(answer)
        return
    print_table(
        "Incidents",
        answer["incidents"],
        [
            ("State", "state"),
            ("Severity", "severity"),
            ("Title", "title"),
            ("Opened", "opened"),
            ("Resolved", "resolved"),
            ("Owner", "owner"),
            ("Messages", "notifications"),
        ],
        "none",
    )
