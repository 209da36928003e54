"""supplyscope masks"""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from collector.masking import Masks
from collector.queues.kinds import settings_of_kind
from domain.configuration import Configuration
from domain.loader import load
from domain.problems import ConfigurationError
from server.commands.options import DEFAULT_SERVER, Json, Server
from server.commands.output import Column, fail, print_json, print_table
from server.commands.remote import get, post
from store.engine import Location
from store.masked import masked_values, would_mask
from store.store import Store

_COLUMNS = [("Mask", "rule"), ("Interface", "interface_id"), ("Values", "values")]
_DRY = [("Mask", "rule"), ("Where", "place"), ("Values", "values"), ("Stored would be", "example")]
_TEXTS: list[Column] = [("Stored would be", "text"), ("Masks", lambda row: ", ".join(row["rules"]) or "none")]

Data = Annotated[
    Path | None,
    typer.Option("--data", exists=True, file_okay=False, help="The data folder of a stopped server, instead of --server."),
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="What masks would find in what is stored: those in force, or of --config.")
]
Config = Annotated[Path | None, typer.Option("--config", exists=True, help="Configuration folder whose masks are tried.")]
Texts = Annotated[list[str] | None, typer.Option("--text", help="Free text to try the masks on; may be given several times.")]
Since = Annotated[float, typer.Option("--since", min=0, max=24 * 400, help="Hours back from now.")]


def masks(
    server: Server = DEFAULT_SERVER,
    data: Data = None,
    dry_run: DryRun = False,
    config: Config = None,
    text: Texts = None,
    since: Since = 24.0,
    json: Json = False,
) -> None:
    """Values masked before they were stored, by mask; or what masks would find. No stored value is ever shown as it came."""
    texts, trying = tuple(text or ()), dry_run or bool(text)
    if data is not None and trying and config is None:
        fail("--dry-run and --text on a --data folder need --config: the folder whose masks are tried")
        raise typer.Exit(2)
    configuration = _configuration(config) if trying and config is not None else None
    if data is None:
        found = _of_server(server, configuration, since, texts, trying)
    else:
        found = _of_folder(data, configuration, since, texts)
    _print(found, json, trying)


def _configuration(folder: Path) -> Configuration:
    try:
        return load(folder, poller_settings=settings_of_kind())
    except ConfigurationError as error:
        fail(str(error))
        raise typer.Exit(2) from error


def _of_server(server: str, configuration: Configuration | None, hours: float, texts: tuple[str, ...], trying: bool) -> Any:
    if not trying:
        return get(server, "masks", {"hours": hours})
    body: dict[str, Any] = {"texts": texts}
    if configuration is not None:
        body |= {name: [one.model_dump(mode="json") for one in getattr(configuration, name)] for name in ("masks", "key_types")}
    return post(server, f"masks/dry-run?hours={hours}", body)


def _of_folder(data: Path, configuration: Configuration | None, hours: float, texts: tuple[str, ...]) -> Any:
    start = datetime.now(UTC) - timedelta(hours=hours)
    store = Store(Location(path=str(data / "clickhouse")))
    try:
        if configuration is None:
            return {"since": start.isoformat(), "masks": masked_values(store, start)}
        tried = [dataclasses.asdict(Masks(configuration).text(text)) for text in texts]
        return {"since": start.isoformat(), "masks": would_mask(store, configuration, start), "texts": tried}
    finally:
        store.close()


def _print(found: Any, json: bool, trying: bool) -> None:
    if json:
        return print_json(found)
    if not trying:
        return print_table("Masked before storage", found["masks"], _COLUMNS, "nothing since then")
    print_table("Would be masked in what is stored", found["masks"], _DRY, "nothing; what is stored needs no further mask")
    if found["texts"]:
        print_table("Free text", found["texts"], _TEXTS, "none")
    return None
