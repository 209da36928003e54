"""supplyscope audit"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import orjson
import typer

from domain.base import parse_duration
from server.commands.failures import minute
from server.commands.moments import moment
from server.commands.options import DEFAULT_SERVER, Json, Server
from server.commands.output import print_json, print_table
from server.commands.remote import lines

# What is recorded a little after its time is found at the next look.
_LATE = timedelta(minutes=2)
_TIMEOUT = 300.0

Since = Annotated[str, typer.Option("--since", help="How far back: 24h, 7d; or a moment with its zone.")]
Lines = Annotated[bool, typer.Option("--json-lines", help="One JSON document a line, as a SIEM reads them.")]
Follow = Annotated[bool, typer.Option("--follow", help="Go on with what happens, until interrupted; implies --json-lines.")]
Actor = Annotated[str, typer.Option("--actor", help="What one person did: an id of people, or scheduler.")]
Object = Annotated[str, typer.Option("--object", help='What was done to one thing, for example "incident 4f…".')]


def audit(
    server: Server = DEFAULT_SERVER,
    since: Since = "24h",
    actor: Actor = "",
    object: Object = "",
    json_lines: Lines = False,
    follow: Follow = False,
    every: Annotated[float, typer.Option("--every", min=0.1, help="Seconds between looks of --follow.")] = 2.0,
    json: Json = False,
) -> None:
    """The audit log: who did what, when (UTC), to what, through which door, and with what outcome."""
    asked = {"actor": actor, "object": object, "format": "jsonl"}
    start = _moment(since)
    if follow:
        return _follow(server, asked, start, every)
    found = lines(server, "audit", asked | {"from": start.isoformat(), "to": _soon()}, _TIMEOUT)
    if json_lines:
        return _print(found)
    entries = list(found)
    if json:
        return print_json(entries)
    columns = [
        ("At", minute("at")),
        ("Who", "actor"),
        ("Door", "door"),
        ("Did", "action"),
        ("To", "object"),
        ("Outcome", "outcome"),
    ]
    return print_table(
        f"Audit log since {start:%Y-%m-%d %H:%M} UTC", entries, [*columns, ("Detail", "detail")], "nothing was done"
    )


def _follow(server: str, asked: dict[str, Any], start: datetime, every: float) -> None:
    seen: dict[str, datetime] = {}
    try:
        while True:
            looked = datetime.now(UTC)
            found = lines(server, "audit", asked | {"from": start.isoformat(), "to": _soon()}, _TIMEOUT)
            _print(entry for entry in found if seen.setdefault(entry["event_id"], looked) == looked)
            start = max(start, looked - _LATE)
            seen = {name: at for name, at in seen.items() if at >= looked - 2 * _LATE} if len(seen) > 100_000 else seen
            time.sleep(every)
    except KeyboardInterrupt:
        return


def _print(entries: Iterator[dict[str, Any]]) -> None:
    for entry in entries:
        sys.stdout.buffer.write(orjson.dumps(entry, option=orjson.OPT_APPEND_NEWLINE))
    sys.stdout.buffer.flush()


def _soon() -> str:
    """Clocks of other roles may be ahead."""
    return (datetime.now(UTC) + timedelta(hours=1)).isoformat()


def _moment(since: str) -> datetime:
    try:
        back: timedelta = parse_duration(since)
        return datetime.now(UTC) - back
    except ValueError:
        pass
    return moment("--since", since, is_neither="is neither a duration nor a moment with a zone; write for example 7d or")
