"""supplyscope bench"""

from __future__ import annotations

import runpy
import sys
from pathlib import Path
from typing import Annotated

import typer

from server.commands.options import Json

_FOLDER = Path(__file__).resolve().parents[2] / "benchmarks"


def bench(
    name: Annotated[str, typer.Argument(help="Name of a benchmark; without one they are listed.")] = "", json: Json = False
) -> None:
    """Run a benchmark: every performance claim is one."""
    known = sorted(p.stem for p in _FOLDER.glob("*.py") if not p.stem.startswith("_"))
    if not name:
        typer.echo("\n".join(known))
        return
    if name not in known:
        typer.echo(f'supplyscope: there is no benchmark "{name}"; choose from {", ".join(known)}', err=True)
        raise typer.Exit(2)
    sys.argv = [name, *(["--json"] if json else [])]
    sys.path.insert(0, str(_FOLDER.parent))
    runpy.run_path(str(_FOLDER / f"{name}.py"), run_name="__main__")
