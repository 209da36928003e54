"""A configuration as written: plain values that remember their file and line, and the mistakes found so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from domain.configuration import Configuration
from domain.problems import Problem, shown

Step = str | int
Place = tuple[Step, ...]
SINGLE = frozenset({"alerting", "audit", "edi", "organisation", "outbound", "intake", "retention"})
_SHOWN_OF_CHANNELS = frozenset(
    {
        "id",
        "kind",
        "port",
        "sender",
        "security",
        "ca_file",
        "per_minute",
        "elsewhere",
        "timeout",
        "alarm_after",
        "give_up_after",
        "sparkline",
        "channel",
    }
)
_SHOWN_OF_POLLERS = frozenset({"id", "kind", "every", "timeout", "interfaces"})


@dataclass
class Source:
    """Sections of all files as plain values. `marks` has the file and line of every place; `problems` what could not be read."""

    folder: Path
    sections: dict[str, Any] = field(default_factory=dict)
    marks: dict[Place, tuple[str, int]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def entries(self, section: str) -> list[tuple[Place, Any]]:
        """(place, value) of every entry of a list section."""
        value = self.sections.get(section)
        return [((section, n), entry) for n, entry in enumerate(value)] if isinstance(value, list) else []

    def at(self, place: Place) -> Any:
        """The plain value at `place`, None where there is none and for the whole."""
        if not place:
            return None
        value: Any = self.sections
        for step in place:
            try:
                value = value[step]
            except (KeyError, IndexError, TypeError):
                return None
        return value

    def name(self, place: Place) -> str:
        """`interfaces[erp-price-load].owner`: list positions are named by the entry's id, else counted from 1."""
        text = ""
        for depth, step in enumerate(place):
            if isinstance(step, int):
                entry = self.at(place[: depth + 1])
                identity = entry.get("id") if isinstance(entry, dict) else None
                text += f"[{identity if isinstance(identity, str) else step + 1}]"
            else:
                text += f".{step}" if text else step
        return text

    def problem(self, place: Place, message: str, remedy: str) -> None:
        """Record a mistake at `place`, or at its nearest written parent. What may be a secret is not repeated."""
        written = next((place[:n] for n in range(len(place), 0, -1) if place[:n] in self.marks), ())
        file, line = self.marks.get(written, (str(self.folder), 0))
        value = self.at(place)
        text = "(not shown)" if value is not None and _may_be_secret(place) else shown(value)
        self.problems.append(Problem(file, line, self.name(place), text, message, remedy))


def _may_be_secret(place: Place) -> bool:
    """Channels, keys and pollers hold secrets, and a mistyped section or key may: only what is known to be harmless is repeated."""
    if not place or place[0] not in Configuration.model_fields:
        return True
    if place[0] == "ingest_keys":
        return place[-1] == "sha256"  # where somebody writes the key itself by mistake
    if place[0] == "pollers":
        return len(place) < 3 or place[2] not in _SHOWN_OF_POLLERS
    if place[0] == "openslo":
        return "connectionDetails" in place or len(place) < 3
    if place[0] == "kafka_topics":
        return len(place) < 3 or place[2] in ("password", "options")
    if place[0] == "alerting":
        return "heartbeat" in place
    if place[0] == "outbound":
        return "proxy" in place
    return place[0] == "channels" and not (len(place) > 2 and place[2] == "elsewhere") and place[-1] not in _SHOWN_OF_CHANNELS
