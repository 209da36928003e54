"""supplyscope alerts"""

from __future__ import annotations

import json as plain_json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml
from pydantic import TypeAdapter, ValidationError

from alerts import maintenance
from alerts.pipeline import STAGES, Surroundings
from alerts.pipeline.trying import Tried, WrittenAlert, attempt
from collector.queues.kinds import settings_of_kind
from domain.configuration import Configuration
from domain.loader import load
from domain.problems import ConfigurationError
from server.commands.moments import moment
from server.commands.options import EXAMPLE, Json
from server.commands.output import fail, print_json

app = typer.Typer(help="Alerts: which route one would take, and why.", no_args_is_help=True)
_ALERTS: TypeAdapter[tuple[WrittenAlert, ...]] = TypeAdapter(tuple[WrittenAlert, ...])
_TRIED: TypeAdapter[tuple[Tried, ...]] = TypeAdapter(tuple[Tried, ...])

File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="Alerts as YAML or JSON: one, or a list of them.")]
Config = Annotated[
    Path, typer.Option("--config", envvar="SUPPLYSCOPE_CONFIG", exists=True, help="Folder of the YAML configuration.")
]
At = Annotated[str | None, typer.Option("--at", help="The moment to try it at, with its zone: 2026-11-26T02:00:00-06:00.")]


@app.callback()
def alerts() -> None:
    """Alerts: which route one would take, and why."""


@app.command("test")
def test(file: File, config: Config = EXAMPLE, at: At = None, json: Json = False) -> None:
    """Show for every alert of FILE the incident it would open, the routes it would take, and what each stage says.

    Nothing is sent and no server is asked: silences are not known here. All alerts of the file open together.
    """
    configuration = _configuration(config)
    now = moment("--at", at) if at is not None else datetime.now(UTC)
    around = Surroundings(
        configuration,
        now,
        maintenance=maintenance.active(configuration, now),
        is_open=lambda calendar, moment: _open(configuration, calendar, moment),
    )
    found = attempt(_written(file), around)
    if json:
        return print_json(
            {"at": now.isoformat(), "stages": [s.name for s in STAGES], "alerts": _TRIED.dump_python(found, mode="json")}
        )
    for one in found:
        _print(one)
    return None


def _configuration(folder: Path) -> Configuration:
    try:
        return load(folder, poller_settings=settings_of_kind())
    except ConfigurationError as error:
        fail(str(error))
        raise typer.Exit(2) from error


def _written(file: Path) -> tuple[WrittenAlert, ...]:
    """Every mistake of the file at once, each with its place, the value and what to do."""
    try:
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
        return _ALERTS.validate_python(content if isinstance(content, list) else [content])
    except ValidationError as error:
        problems = [f"{file}: {'.'.join(map(str, e['loc']))}: {e['msg']} (was {str(e['input'])[:60]!r})" for e in error.errors()]
        fail(
            "\n".join(
                [*problems, "Write for example: {name: price load, severity: critical, labels: {interface: erp-price-load}}"]
            )
        )
    except (yaml.YAMLError, UnicodeDecodeError, plain_json.JSONDecodeError) as error:
        fail(f"{file}: is neither YAML nor JSON: {str(error)[:300]}")
    raise typer.Exit(2)


def _open(configuration: Configuration, calendar: str, at: datetime) -> bool:
    found = configuration.calendar(calendar)
    return found is None or maintenance.is_open(found, at)


def _print(one: Tried) -> None:
    typer.echo(f'{one.name} ({one.severity}) opens incident "{one.subject}": {one.reason}')
    if not one.routes:
        typer.echo("  nobody is told: no route matches" if "historic" not in one.reason else "  nobody is told")
    for route in one.routes:
        told: Any = "tells" if route.told else "tells nothing through"
        to = f" to {', '.join(route.recipients)}" if route.recipients else ""
        typer.echo(
            f"  route {route.route} {told} {', '.join(route.channels)}{to}: {route.reason}; first look {route.first_look:%Y-%m-%d %H:%M:%S} UTC"
        )
        for stage, said in route.stages:
            typer.echo(f"    {stage:<13} {said}")
