"""supplyscope check"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from collector.queues.kinds import settings_of_kind
from domain.loader import ConfigurationError, load, summary
from server.commands.options import Json
from server.commands.output import print_json


def check(folder: Annotated[Path, typer.Argument(help="Folder of the YAML configuration.")], json: Json = False) -> None:
    """Read a configuration folder: every error at once (exit 2), or a summary of what it says (exit 0)."""
    try:
        configuration = load(folder, poller_settings=settings_of_kind())
    except ConfigurationError as error:
        if json:
            problems = [
                {"file": str(p.file), "line": p.line, "path": p.path, "value": p.value, "message": p.message, "remedy": p.remedy}
                for p in error.problems
            ]
            print_json({"valid": False, "problems": problems})
        else:
            typer.echo(str(error))
        raise typer.Exit(2) from error
    if json:
        counts = {name: len(value) for name, value in configuration if isinstance(value, tuple)}
        print_json({"valid": True, "configuration": configuration.fingerprint, "counts": counts})
    else:
        typer.echo(summary(configuration))
