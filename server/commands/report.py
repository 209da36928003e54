"""supplyscope report"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from server.commands.options import DEFAULT_SERVER, Json, Server
from server.commands.output import console, print_json
from server.commands.remote import get, post

app = typer.Typer(no_args_is_help=True, help="Reports.")


@app.callback()
def reports() -> None:
    """Reports."""


@app.command("weekly")
def weekly(
    week: Annotated[str, typer.Option("--week", help="ISO week, for example 2026-W46.")],
    out: Annotated[Path, typer.Option("--out", help="Folder to write to.")],
    mail: Annotated[list[str] | None, typer.Option("--mail", help="Also mail it to this address; repeat for more.")] = None,
    server: Server = DEFAULT_SERVER,
    json: Json = False,
) -> None:
    """The weekly SLA report as a self-contained HTML file (and mail, when asked)."""
    rendered = get(server, "reports/weekly", {"week": week}, timeout=300)
    out.mkdir(parents=True, exist_ok=True)
    file = out / f"supplyscope-weekly-{week}.html"
    file.write_text(rendered["html"], encoding="utf-8")
    mailed = post(server, "reports/weekly/mail", {"week": week, "to": mail})["mailed"] if mail else []
    if json:
        print_json({"file": str(file), "mailed": mailed, "report": rendered["report"]})
        return
    console.print(f"Written to {file}", highlight=False)
    for address in mailed:
        console.print(f"Mailed to {address}", highlight=False)
