"""Commands asked in the terminal: the body all share, and the wait for what becomes of them."""

from __future__ import annotations

import time
import uuid
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import typer

from server.commands.output import print_json, print_table
from server.commands.remote import RemoteError, get

By = Annotated[str, typer.Option("--by", envvar="SUPPLYSCOPE_ACTOR", help="Who you are: an id of people in the configuration.")]
_PATIENCE = 30.0


def request() -> dict[str, str]:
    return {"source": "cli", "request_id": uuid.uuid4().hex}


def after(hours: float) -> str:
    return (datetime.now(UTC) + timedelta(hours=hours)).isoformat()


def wait(server: str, found: list[dict[str, Any]], json: bool, title: str = "Incidents") -> None:
    """Wait until the scheduler has decided, and say what became of it; exit status 2 when it was refused."""
    ids, until = [row["command_id"] for row in found], time.monotonic() + _PATIENCE
    while any(row["outcome"] == "pending" for row in found) and time.monotonic() < until:
        time.sleep(0.3)
        found = get(server, "incidents/commands", {"id": ids})
    if json:
        print_json(found)
    else:
        print_table(title, found, [("Of", "incident_id"), ("Outcome", "outcome"), ("", "said")], "nothing")
    refused = [row["reason"] for row in found if row["outcome"] == "refused"]
    if refused:
        raise RemoteError(f"refused: {refused[0]}")
