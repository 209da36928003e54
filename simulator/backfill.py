"""Telling the past: from the first simulated day, or from where the last run ended, up to now."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from simulator import live, state, truth
from simulator.emit import Sender
from simulator.state import State
from simulator.world import Agenda, World

# A window interrupted by a kill is told again with the same bytes, which the server counts once.
WINDOW = timedelta(days=1)


def windows(start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Stretches of at most a day that cover start … end, cut at midnight UTC."""
    while start < end:
        midnight = start.replace(hour=0, minute=0, second=0, microsecond=0) + WINDOW
        yield start, min(midnight, end)
        start = min(midnight, end)


def tell(
    sender: Sender, world: World, told: State, state_file: Path, truth_file: Path, clock: Callable[[], datetime], console: Console
) -> tuple[State, Agenda]:
    """Tell everything between `told.told_until` and now, saving progress after each window; returns what is left to come."""
    agenda = Agenda(world, told.told_until)
    left_over = live.unfinished(world, told)
    with _progress(console) as bar:
        goal = clock()
        task = bar.add_task("History", total=max(1, (goal - told.told_until).days), spans=0)
        begun = told.told_until
        for start, end in windows(told.told_until, goal):
            signals = agenda.until(end) + [s for s in left_over if start.timestamp() <= s.at < end.timestamp()]
            sender.telemetry.ids.restart(world.seed, "history", start)
            sender.say(signals)
            sender.flush()
            truth.append(truth_file, signals)
            told = told.advanced(end)
            state.save(state_file, told)
            bar.update(task, completed=(end - begun).days, spans=sender.spans, description=f"History {end:%b %d}")
    return told, agenda


def _progress(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("days · {task.fields[spans]:,} spans"),
        TimeElapsedColumn(), TimeRemainingColumn(), console=console,
    )  # fmt: skip


def now() -> datetime:
    """This moment, in whole milliseconds."""
    moment = datetime.now(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
