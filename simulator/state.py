"""How far the story has been told, kept in a small file so that the next start goes on from there."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from pathlib import Path


class StateError(Exception):
    """The state file belongs to another world or cannot be read."""


@dataclass(frozen=True, slots=True)
class State:
    """told_until: everything said before it has been acknowledged. live_since: start of the last live session, None: none yet."""

    seed: int
    scale: float
    first: date
    told_until: datetime
    live_since: datetime | None = None

    def advanced(self, told_until: datetime) -> State:
        return replace(self, told_until=told_until)


def load(path: Path, seed: int, scale: float) -> State | None:
    """The state left by an earlier run, None when there is none. StateError when it is of another seed or scale."""
    if not path.exists():
        return None
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        live = found["live_since"]
        state = State(
            found["seed"], found["scale"], date.fromisoformat(found["first"]), datetime.fromisoformat(found["told_until"]),
            datetime.fromisoformat(live) if live else None,
        )  # fmt: skip
    except (ValueError, KeyError, TypeError) as error:
        raise StateError(f"{path} is not a simulator state file ({error}); remove it to start anew") from error
    if (state.seed, state.scale) != (seed, scale):
        raise StateError(
            f"{path} was written with --seed {state.seed} --scale {state.scale}; use these, or remove it to start anew"
        )
    return state


def save(path: Path, state: State) -> None:
    """Replace the file in one step, so that a kill leaves the old or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(path.name + ".new")
    with beside.open("w", encoding="utf-8") as file:
        json.dump(asdict(state), file, default=lambda moment: moment.isoformat())
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
