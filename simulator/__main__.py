"""python -m simulator: tell a running Supplyscope eight weeks of history, then the present until stopped."""

from __future__ import annotations

import logging
import os
import signal
import threading
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from simulator import backfill, live, state
from simulator.emit import Refused, Sender, Stopped
from simulator.state import State, StateError
from simulator.world import World

app = typer.Typer(add_completion=False)


@app.command()
def main(
    server: Annotated[str, typer.Option(help="Where events, queue samples and batch reports go.")] = "http://127.0.0.1:8080",
    otlp: Annotated[str, typer.Option(help="Where OTLP/HTTP spans go.")] = "http://127.0.0.1:4318",
    seed: Annotated[int, typer.Option(help="The same seed tells the same story.")] = 7,
    weeks: Annotated[int, typer.Option(min=1, help="Weeks of history told at the first start.")] = 8,
    scale: Annotated[float, typer.Option(min=0.001, max=10.0, help="Share of the full volume.")] = 1.0,
    state_file: Annotated[Path, typer.Option("--state", help="Remembers how far the story is told.")] = Path(
        "simulator-state.json"
    ),
    truth_file: Annotated[Path, typer.Option("--truth", help="What was broken, as JSON lines.")] = Path("simulator-truth.jsonl"),
    backfill_only: Annotated[bool, typer.Option("--backfill-only", help="End when the present is reached.")] = False,
) -> None:
    """Tell a running Supplyscope about a network of twelve hospitals. SUPPLYSCOPE_INGEST_KEY is sent when it is set.

    Ends with 0 when stopped or done, 1 when the server refuses, 2 when the state file belongs to another story.
    """
    console = Console()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    # Retries are ours to report; the exporter would log each.
    logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)
    sender = Sender(server, otlp, os.environ.get("SUPPLYSCOPE_INGEST_KEY"), stop)
    try:
        told = state.load(state_file, seed, scale) or _beginning(seed, scale, weeks)
        _tell(sender, told, (state_file, truth_file), backfill_only, console, stop)
    except Stopped:
        pass
    except Refused as refused:
        console.print(f"[red]{refused}[/red]")
        raise typer.Exit(1) from refused
    except StateError as error:
        console.print(f"[red]{error}[/red]")
        raise typer.Exit(2) from error
    finally:
        sender.close()


def _beginning(seed: int, scale: float, weeks: int) -> State:
    start = (backfill.now() - timedelta(weeks=weeks)).replace(hour=0, minute=0, second=0, microsecond=0)
    return State(seed, scale, start.date(), start)


def _tell(
    sender: Sender, told: State, files: tuple[Path, Path], backfill_only: bool, console: Console, stop: threading.Event
) -> None:
    world = World(told.seed, told.first, told.scale)
    begun: datetime = backfill.now()
    told, agenda = backfill.tell(sender, world, told, *files, backfill.now, console)
    console.print(
        f"{sender.spans:,} spans and {sender.records:,} records told in {(backfill.now() - begun).total_seconds():.0f} s"
    )
    if backfill_only:
        return
    sender.be_patient()
    live.run(
        sender,
        world,
        state.State(told.seed, told.scale, told.first, told.told_until, told.told_until),
        agenda,
        files,
        backfill.now,
        stop,
    )


if __name__ == "__main__":
    app()
