"""supplyscope report"""

from __future__ import annotations

import base64
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import Progress

from reports.weeks import IsoWeek
from server.commands.options import DEFAULT_SERVER, Json, Server
from server.commands.output import console, print_json, print_table
from server.commands.remote import RemoteError, download, get, lines, post

app = typer.Typer(no_args_is_help=True, help="Weekly SLA reports: render, list, send.")
_FORMATS = ("html", "pdf", "xlsx", "json")
_PATIENCE_SECONDS = 900.0

Week = Annotated[str | None, typer.Option("--week", help="ISO week, for example 2026-W46; the last whole one without it.")]
AudienceOption = Annotated[str, typer.Option("--audience", help="Whose report: leadership, facility:H07, supplier:ACME …")]
Edition = Annotated[int, typer.Option("--edition", min=0, help="A stored edition; 0 is the week anew.")]


@app.callback()
def reports() -> None:
    """Reports."""


@app.command("weekly")
def weekly(
    week: Week = None,
    out: Annotated[Path, typer.Option("--out", help="Folder to write to.")] = Path(),
    audience: AudienceOption = "leadership",
    form: Annotated[list[str] | None, typer.Option("--format", help="html, pdf, xlsx, json or all; repeat for more.")] = None,
    edition: Edition = 0,
    mail: Annotated[
        list[str] | None, typer.Option("--mail", help="Store an edition and mail it to this address; repeat for more.")
    ] = None,
    server: Server = DEFAULT_SERVER,
    json: Json = False,
) -> None:
    """Render any week: as a draft from what is known now, or a stored edition as it was."""
    asked, forms = week or _last_week(), _forms(form or ["html"])
    made = _stored(server, audience, asked, edition, forms) if edition else _draft(server, audience, asked, forms, quiet=json)
    out.mkdir(parents=True, exist_ok=True)
    for name, content in made["files"].items():
        (out / name).write_bytes(content)
    written = [str(out / name) for name in made["files"]]
    mailed = _sent(server, audience, asked, edition, mail, quiet=json)["to"] if mail else []
    if json:
        print_json({"report_id": made["report_id"], "files": written, "mailed": mailed})
        return
    for file in written:
        console.print(f"Written to {file}", highlight=False)
    for address in mailed:
        console.print(f"Mailed to {address}", highlight=False)


@app.command("send")
def send(
    audience: AudienceOption = "leadership",
    week: Week = None,
    edition: Edition = 0,
    to: Annotated[
        list[str] | None, typer.Option("--to", help="An address instead of the configured readers; repeat for more.")
    ] = None,
    by: Annotated[str, typer.Option("--by", help="Who asks; kept in the record.")] = "command line",
    server: Server = DEFAULT_SERVER,
    json: Json = False,
) -> None:
    """Make the next edition of a week, or take a stored one, and mail it."""
    told = _sent(server, audience, week or _last_week(), edition, to or [], by=by, quiet=json)
    if json:
        print_json(told)
    else:
        console.print(f"Edition {told['edition']} mailed to {', '.join(told['to'])}", highlight=False)


@app.command("list")
def list_editions(
    audience: Annotated[str, typer.Option("--audience", help="One audience; all without it.")] = "",
    week: Annotated[str, typer.Option("--week", help="One week; all without it.")] = "",
    server: Server = DEFAULT_SERVER,
    json: Json = False,
) -> None:
    """Stored editions and whether they arrived."""
    given = {"audience": audience, "week": week}
    editions, mailings = get(server, "reports/editions", given), get(server, "reports/mailings", given)
    if json:
        print_json({"editions": editions, "mailings": mailings})
        return
    columns = [
        ("Week", "week"),
        ("Audience", "audience"),
        ("Edition", "edition"),
        ("Made", "made"),
        ("By", "reason"),
        ("Finding", "headline"),
    ]
    print_table("Editions", editions, columns, "none yet")
    sent = [
        ("Week", "week"),
        ("Audience", "audience"),
        ("Edition", "edition"),
        ("To", "to"),
        ("State", "state"),
        ("Said", "detail"),
    ]
    print_table("Mails", mailings, sent, "none yet")


@app.command("audiences")
def list_audiences(week: Week = None, server: Server = DEFAULT_SERVER, json: Json = False) -> None:
    """Whose reports there are, who reads them and when they go out next."""
    rows = get(server, "reports/audiences", {"week": week}, timeout=300)
    if json:
        print_json(rows)
        return
    columns = [("Audience", "id"), ("Name", "name"), ("To", "to"), ("Goes out", "goes_out"), ("Time zone", "time_zone")]
    print_table("Reports", rows, columns, "none configured")


def _draft(server: str, audience: str, week: str, forms: list[str], *, quiet: bool) -> dict[str, Any]:
    """Follows the server's progress; raises RemoteError with its reason when it cannot be built."""
    asked = lines(server, "reports/draft", {"audience": audience, "week": week, "format": forms}, timeout=_PATIENCE_SECONDS)
    with Progress(console=console, transient=True, disable=quiet) as shown:
        bar = shown.add_task("Asking", total=None)
        for line in asked:
            if "error" in line:
                raise RemoteError(f"the report of {week} for {audience} cannot be made: {line['error']}")
            if "files" in line:
                return line | {"files": {name: base64.b64decode(text) for name, text in line["files"].items()}}
            shown.update(bar, description=line["doing"], completed=line["done"], total=line["of"])
    raise RemoteError(f"{server} broke off while making the report; try again")


def _stored(server: str, audience: str, week: str, edition: int, forms: list[str]) -> dict[str, Any]:
    found: dict[str, bytes] = {}
    report_id = ""
    for form in forms:
        given = {"audience": audience, "week": week, "edition": edition, "format": form}
        name, content, headers = download(server, "reports/file", given)
        found[name] = content
        report_id = headers["X-Supplyscope-Report"]
    return {"report_id": report_id, "files": found}


def _sent(
    server: str, audience: str, week: str, edition: int, to: list[str], *, by: str = "command line", quiet: bool = False
) -> dict[str, Any]:
    """Asks, then waits until the scheduler has stored and the mail server taken it; RemoteError when either refuses."""
    body = {"audience": audience, "week": week, "edition": edition, "to": to, "by": by}
    asked = post(server, "reports/commands", body)["command_id"]
    until = time.monotonic() + _PATIENCE_SECONDS
    with Progress(console=console, transient=True, disable=quiet) as shown:
        shown.add_task("The scheduler makes and sends it", total=None)
        outcome = _wait(until, lambda: get(server, f"reports/commands/{asked}"), lambda told: told["outcome"] != "pending")
        if outcome["outcome"] == "refused":
            raise RemoteError(outcome["reason"])
        mailed = _wait(
            until,
            lambda: _mailing(server, audience, week, outcome["edition"]),
            lambda row: row is not None and row["state"] != "owed",
        )
    if mailed["state"] != "sent":
        raise RemoteError(f"the mail was given up: {mailed['detail']}")
    return {"edition": outcome["edition"], "to": mailed["to"], "detail": mailed["detail"]}


def _mailing(server: str, audience: str, week: str, edition: int) -> Any:
    """The newest mail of the edition; None before it is owed."""
    rows = get(server, "reports/mailings", {"audience": audience, "week": week})
    return next((row for row in rows if row["edition"] == edition), None)


def _wait(until: float, ask: Any, enough: Any) -> Any:
    while not enough(told := ask()):
        if time.monotonic() > until:
            raise RemoteError("the scheduler has not done it in 15 minutes; supplyscope report list shows what became of it")
        time.sleep(0.5)
    return told


def _forms(asked: list[str]) -> list[str]:
    chosen = list(_FORMATS) if "all" in asked else list(dict.fromkeys(asked))
    for form in chosen:
        if form not in _FORMATS:
            raise typer.BadParameter(f'"{form}" is not a format; write {", ".join(_FORMATS)} or all')
    return chosen


def _last_week() -> str:
    """By the clock of this machine in UTC: good enough to name a week that is over for a day."""
    return str(IsoWeek.before(datetime.now(UTC), "UTC"))
