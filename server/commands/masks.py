"""supplyscope masks"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from domain.loader import load
from domain.problems import ConfigurationError
from server.commands.options import Json
from server.commands.output import fail, print_json, print_table
from store.engine import Location
from store.masked import masked_values, would_mask
from store.store import Store

_COLUMNS = [("Mask", "rule"), ("Interface", "interface_id"), ("Values", "values")]
_DRY = [("Mask", "rule"), ("Where", "place"), ("Values", "values"), ("Stored would be", "example")]


def masks(
    data: Annotated[Path, typer.Option("--data", exists=True, file_okay=False, help="The data folder of a stopped server.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="What the masks of --config would mask in stored spans.")] = False,
    config: Annotated[Path | None, typer.Option("--config", exists=True, help="Configuration folder of the dry run.")] = None,
    since: Annotated[float, typer.Option("--since", min=0, help="Hours back from now.")] = 24.0,
    json: Json = False,
) -> None:
    """Values masked before they were stored, by mask; or what a configuration would mask. No value is ever shown as it came."""
    if dry_run and config is None:
        fail("--dry-run needs --config: the folder whose masks are tried")
        raise typer.Exit(2)
    try:
        configuration = load(config) if dry_run and config is not None else None
    except ConfigurationError as error:
        fail(str(error))
        raise typer.Exit(2) from error
    store = Store(Location(path=str(data / "clickhouse")))
    start = datetime.now(UTC) - timedelta(hours=since)
    try:
        found = masked_values(store, start) if configuration is None else would_mask(store, configuration, start)
    finally:
        store.close()
    if json:
        print_json({"since": start.isoformat(), "masks": found})
    elif configuration is None:
        print_table("Masked in spans", found, _COLUMNS, "nothing since then")
    else:
        print_table("Would be masked in stored spans", found, _DRY, "nothing; stored values need no further mask")
