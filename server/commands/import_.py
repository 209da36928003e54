"""supplyscope import"""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from collector import imports
from domain.problems import ConfigurationError
from server.commands.options import DEFAULT_SERVER, Json, Server
from server.commands.output import console, fail, print_json, print_table
from server.commands.remote import get
from server.settings import secret

_LINES_SHOWN = 8
_SECONDS_A_DAY = 86400


def import_log(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A CSV, TSV or other delimited event log.")],
    mapping: Annotated[
        Path, typer.Option("--mapping", exists=True, dir_okay=False, help="YAML that maps columns to milestones.")
    ],
    by: Annotated[str | None, typer.Option("--by", help="Then show times per this attribute, for example country.")] = None,
    server: Server = DEFAULT_SERVER,
    json: Json = False,
) -> None:
    """Turn a tabular event log into milestones through the running server."""
    try:
        plan = imports.load_mapping(mapping)
        result = _run(file, plan, server, quiet=json)
    except (ConfigurationError, imports.ImportStopped, ValueError) as error:
        fail(str(error))
        raise typer.Exit(2) from error
    answer = asdict(result) | {"times": _times(server, plan, by)}
    if json:
        print_json(answer)
    else:
        _print(answer)


def _run(file: Path, plan: imports.Mapping, server: str, *, quiet: bool) -> imports.ImportResult:
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=quiet) as progress:
        task = progress.add_task(f"Importing {file.name}", total=None)

        def report(done: int, total: int) -> None:
            progress.update(task, completed=done, total=total)

        return imports.run(file, plan, server, secret(os.environ, "INGEST_KEY"), report)


def _times(server: str, plan: imports.Mapping, by: str | None) -> list[dict[str, Any]]:
    """Times per group, as the server computes them from what it stored; [] when the mapping asks for none."""
    if plan.summary is None:
        return []
    asked = plan.summary
    parameters = {"flow": plan.flow, "group": by or asked.group, "late": ",".join(asked.late) if asked.late else None}
    groups: list[dict[str, Any]] = get(server, "flows/by-group", {"from": "1900-01-01T00:00:00Z", **parameters})
    return groups


def _print(answer: dict[str, Any]) -> None:
    console.print(f"{answer['lines_read']:,} lines read in {answer['elapsed']:.1f} s, flow {answer['flow']}", highlight=False)
    accepted = [{"milestone": name, "count": f"{count:,}"} for name, count in answer["accepted"].items()]
    print_table("Milestones accepted", accepted, [("Milestone", "milestone"), ("Accepted", "count")], "none")
    print_table(
        "Values refused",
        answer["refused"],
        [("Column", "column"), ("Reason", "reason"), ("Refused", "count"), ("Lines", _lines)],
        "none",
    )
    if answer["times"]:
        print_table(
            "Times per group",
            answer["times"],
            [
                ("Group", "group"),
                ("Instances", "instances"),
                ("Measured", "completed"),
                ("Median, days", _days("median_seconds")),
                ("p90, days", _days("p90_seconds")),
                ("Late", "late"),
            ],
            "none",
        )
        late = sum(group["late"] for group in answer["times"])
        console.print(f"{late:,} late against schedule", highlight=False)


def _days(name: str) -> Any:
    return lambda row: None if row[name] is None else f"{row[name] / _SECONDS_A_DAY:.1f}"


def _lines(row: Any) -> str:
    shown = ", ".join(str(line) for line in row["lines"][:_LINES_SHOWN])
    more = len(row["lines"]) - _LINES_SHOWN
    return f"{shown} and {more:,} more (--json lists all)" if more > 0 else shown
