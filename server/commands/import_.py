"""supplyscope import"""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import Progress

from collector import imports
from server.commands.options import DEFAULT_SERVER, Json, Server
from server.commands.output import console, print_json
from server.settings import secret


def import_log(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A CSV, TSV or other delimited event log.")],
    mapping: Annotated[
        Path, typer.Option("--mapping", exists=True, dir_okay=False, help="YAML that maps columns to milestones.")
    ],
    server: Server = DEFAULT_SERVER,
    json: Json = False,
) -> None:
    """Turn a tabular event log into milestones through the running server."""
    with Progress(console=console, disable=json) as progress:
        task = progress.add_task(f"Importing {file.name}", total=None)
        result = imports.run(
            file,
            imports.load_mapping(mapping),
            server,
            secret(os.environ, "INGEST_KEY"),
            lambda done, total: progress.update(task, completed=done, total=total),
        )
    print_json(asdict(result)) if json else _print(asdict(result))


def _print(result: dict[str, Any]) -> None:
    console.print(result)
