"""What `supplyscope flows --show …` prints: one further answer about a flow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from server.commands.output import print_json, print_table
from server.commands.remote import get


class Show(StrEnum):
    """An answer of /api/v1/flows/…"""

    ATTRIBUTION = "attribution"
    BOTTLENECK = "bottleneck"
    VARIANTS = "variants"
    REWORK = "rework"
    COMPARISON = "comparison"
    ACTIVATION = "activation"
    LAG = "lag"


NEEDS_NO_FLOW = (Show.ACTIVATION, Show.LAG)
_COLUMNS: dict[Show, Sequence[str]] = {
    Show.ATTRIBUTION: ("party", "instances", "seconds", "business_seconds", "share", "median_seconds", "open_instances", "open_seconds"),
    Show.BOTTLENECK: ("milestone", "party", "instances", "seconds", "share", "previous_share", "median_seconds", "p90_seconds"),
    Show.VARIANTS: ("milestones", "instances", "share", "median_seconds", "skipped", "repeated"),
    Show.REWORK: ("milestone", "repeated_instances", "refused_instances", "refusals", "median_seconds_lost"),
    Show.COMPARISON: ("group", "instances", "median_seconds", "low", "high", "against_all", "change_seconds", "change_low", "change_high"),
    Show.ACTIVATION: ("contract_id", "effective", "lines", "loaded", "rejected", "proven", "usable", "retroactive"),
    Show.LAG: ("flow", "complete_to", "lag_seconds", "passing"),
}  # fmt: skip


def print_shown(server: str, show: Show, parameters: Mapping[str, Any], json: bool) -> None:
    """Ask and print; one JSON document with `json`."""
    answer = get(server, f"flows/{show}", dict(parameters))
    if json:
        return print_json(answer)
    print_table(show.capitalize(), answer, [(_title(name), _cell(name)) for name in _COLUMNS[show]], "nothing in the period")
    return None


def _title(name: str) -> str:
    return name.removesuffix("_seconds").replace("_", " ").capitalize()


def _cell(name: str) -> Any:
    return lambda row: _shown(name, row[name])


def _shown(name: str, value: Any) -> str | None:
    if value is None:
        return None
    if name in ("share", "previous_share"):
        return f"{value * 100:.1f} %"
    if "seconds" in name or name in ("low", "high", "change_low", "change_high"):
        return f"{value / 3600:.1f} h"
    return " → ".join(value) if isinstance(value, list) else str(value)
