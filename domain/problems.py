"""What is wrong with a configuration: every problem says where, the value, what it is and what to do."""

from __future__ import annotations

import difflib
import json
from dataclasses import dataclass
from typing import Any

_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake. `line` counts from 1, 0 when the file as a whole is meant. `value` is shown as text; "" when there is none.

    `path` names the entry by its id where it has one: `interfaces[erp-price-load].owner`.
    """

    file: str
    line: int
    path: str
    value: str
    message: str
    remedy: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        what = f"{self.path}: {self.value}" if self.path and self.value else self.path or self.value
        return f"{place}: {what + ' — ' if what else ''}{self.message}. {self.remedy}"


class ConfigurationError(ValueError):
    """The configuration cannot be used; `problems` lists every mistake found, in file order."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        count = f"{len(problems)} problem{'' if len(problems) == 1 else 's'}"
        super().__init__("\n".join([*map(str, problems), count]))


def shown(value: Any) -> str:
    """A value as a reader of the file would recognise it, shortened; nothing for None."""
    if value is None:
        return ""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def did_you_mean(word: str, known: list[str]) -> str:
    """A remedy that offers the nearest known word, or lists what is known."""
    near = difflib.get_close_matches(word, known, n=1, cutoff=0.6) or [k for k in known if len(word) > 3 and word in k]
    if len(near) == 1:
        return f'Did you mean "{near[0]}"?'
    if not known:
        return "None is configured yet"
    listed = ", ".join(sorted(known)[:12])
    return f"Known: {listed}{', …' if len(known) > 12 else ''}"
