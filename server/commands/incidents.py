"""supplyscope incidents: what is wrong and who has it, from the terminal."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from server.commands import asking
from server.commands.options import DEFAULT_SERVER, Json, Server
from server.commands.output import print_json, print_table
from server.commands.remote import get, post

app = typer.Typer(help="Incidents: list and show them, acknowledge, snooze, resolve, reassign, comment, silence.")
Incident = Annotated[str, typer.Argument(help="Id of an incident.")]
Hours = Annotated[float, typer.Option("--hours", min=0.01, help="For how long, from now.")]
Text = Annotated[str, typer.Option("--text", help="What to say about it; masked like telemetry.")]


@app.callback(invoke_without_command=True)
def incidents(
    context: typer.Context,
    server: Server = DEFAULT_SERVER,
    open_only: Annotated[bool, typer.Option("--open", help="Only open ones.")] = False,
    json: Json = False,
) -> None:
    """Incidents, newest first, and what was sent of each."""
    if context.invoked_subcommand is None:
        _list(server, open_only, json)


@app.command("list")
def list_incidents(
    server: Server = DEFAULT_SERVER,
    open_only: Annotated[bool, typer.Option("--open", help="Only open ones.")] = False,
    json: Json = False,
) -> None:
    """Incidents, newest first."""
    _list(server, open_only, json)


def _list(server: str, open_only: bool, json: bool) -> None:
    answer = get(server, "incidents", {"open_only": open_only})
    if json:
        print_json(answer)
        return
    columns = [
        ("Id", "incident_id"),
        ("State", "state"),
        ("Severity", "severity"),
        ("Title", "title"),
        ("Opened", "opened"),
        ("Resolved", "resolved"),
        ("Owner", "owner"),
        ("Acknowledged by", "acknowledged_by"),
        ("Messages", "notifications"),
    ]
    print_table("Incidents", answer["incidents"], columns, "none")


@app.command("show")
def show(incident: Incident, server: Server = DEFAULT_SERVER, json: Json = False) -> None:
    """Everything that happened to an incident: decisions, commands, messages."""
    answer = get(server, f"incidents/{incident}")
    if json:
        print_json(answer)
        return
    columns = [("When", "time"), ("What", "kind"), ("Who", "actor"), ("Channel", "channel"), ("", "said")]
    print_table(answer["incident"]["title"], answer["history"], columns, "nothing")


@app.command("acknowledge")
def acknowledge(incident: Incident, by: asking.By, server: Server = DEFAULT_SERVER, json: Json = False) -> None:
    """Say that you have it: repeats and escalation stop."""
    _ask(server, incident, by, json, "acknowledge")


@app.command("unacknowledge")
def unacknowledge(incident: Incident, by: asking.By, server: Server = DEFAULT_SERVER, json: Json = False) -> None:
    """Give it back: repeats and escalation go on; a snooze ends too."""
    _ask(server, incident, by, json, "unacknowledge")


@app.command("snooze")
def snooze(incident: Incident, by: asking.By, hours: Hours = 1, server: Server = DEFAULT_SERVER, json: Json = False) -> None:
    """Say nothing of it for a while; a severity that rises is told."""
    _ask(server, incident, by, json, "snooze", until=asking.after(hours))


@app.command("resolve")
def resolve(incident: Incident, by: asking.By, text: Text = "", server: Server = DEFAULT_SERVER, json: Json = False) -> None:
    """Say that it is over; newer evidence opens it again."""
    _ask(server, incident, by, json, "resolve", value=text)


@app.command("reassign")
def reassign(
    incident: Incident,
    by: asking.By,
    to: Annotated[str, typer.Option("--to", help="A person or team of the configuration.")],
    server: Server = DEFAULT_SERVER,
    json: Json = False,
) -> None:
    """Give it to somebody, who is told."""
    _ask(server, incident, by, json, "reassign", value=to)


@app.command("comment")
def comment(incident: Incident, by: asking.By, text: Text, server: Server = DEFAULT_SERVER, json: Json = False) -> None:
    """Say something about it, for its history."""
    _ask(server, incident, by, json, "comment", value=text)


@app.command("silence")
def silence(
    by: asking.By,
    matchers: Annotated[list[str] | None, typer.Argument(help='For example interface="erp-price-load"; all must hold.')] = None,
    incident: Annotated[str, typer.Option("--incident", help="What this incident is about, instead of matchers.")] = "",
    hours: Hours = 1,
    text: Text = "",
    server: Server = DEFAULT_SERVER,
    json: Json = False,
) -> None:
    """Tell nothing of alerts like these for a while."""
    body = {"by": by, "until": asking.after(hours), "matchers": matchers or [], "incident_id": incident, "comment": text}
    asking.wait(server, post(server, "silences", body | asking.request()), json)


@app.command("silences")
def silences(
    server: Server = DEFAULT_SERVER,
    ended: Annotated[bool, typer.Option("--ended", help="Those that are over as well.")] = False,
    json: Json = False,
) -> None:
    """Silences that last or will begin."""
    rows = get(server, "silences", {"ended": ended})
    if json:
        print_json(rows)
        return
    flat = [row["silence"] | {"state": row["state"]} for row in rows]
    fields = ("silence_id", "state", "starts", "ends", "by", "matchers", "incident_id", "comment")
    print_table("Silences", flat, [(field.replace("_", " ").capitalize(), field) for field in fields], "none")


@app.command("expire-silence")
def expire_silence(
    silence_id: Annotated[str, typer.Argument(help="Id of a silence.")],
    by: asking.By,
    server: Server = DEFAULT_SERVER,
    json: Json = False,
) -> None:
    """End a silence early."""
    asking.wait(server, post(server, f"silences/{silence_id}/expire", {"by": by} | asking.request()), json)


def _ask(server: str, incident: str, by: str, json: bool, action: str, **more: Any) -> None:
    body = {"action": action, "by": by, **more} | asking.request()
    asking.wait(server, post(server, f"incidents/{incident}/commands", body), json)
