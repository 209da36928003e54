"""supplyscope key"""

from __future__ import annotations

from typing import Annotated

import typer

from collector.keys import create as create_key
from domain.intake import Signal
from server.commands.options import Json
from server.commands.output import console, print_json

app = typer.Typer(help="Ingest keys of senders.", no_args_is_help=True)


@app.command()
def create(
    id: Annotated[str, typer.Argument(help="Name of the key, for figures and messages; not secret.")],
    signal: Annotated[list[Signal] | None, typer.Option("--signal", help="May send this; all without it. Repeatable.")] = None,
    interface: Annotated[list[str] | None, typer.Option("--interface", help="May name this interface. Repeatable.")] = None,
    facility: Annotated[list[str] | None, typer.Option("--facility", help="May name this facility. Repeatable.")] = None,
    json: Json = False,
) -> None:
    """Make a key: the key itself is printed once and kept nowhere, its entry goes into the configuration."""
    key, digest = create_key()
    entry = {"id": id, "sha256": digest}
    lists = {"signals": [s.value for s in signal or []], "interfaces": interface or [], "facilities": facility or []}
    if json:
        print_json({"key": key, "entry": entry | {name: values for name, values in lists.items() if values}})
        return
    console.print(f"Key, for the sender only (shown once): {key}", highlight=False, soft_wrap=True)
    console.print("Entry for the configuration:\n\ningest_keys:", highlight=False)
    console.print(f"  - id: {id}\n    sha256: {digest}", highlight=False, soft_wrap=True)
    for name, values in lists.items():
        if values:
            console.print(f"    {name}: [{', '.join(values)}]", highlight=False, markup=False, soft_wrap=True)
