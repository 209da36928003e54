"""What an incident of many conditions is called. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from domain.configuration import Configuration


def at_once(count: int, what: str, first: str) -> str:
    """One sentence for many: how many, what they share, and the first of them."""
    return f"{count:,} conditions at once: {what}. First: {first}"


def shared(group: Sequence[tuple[str, str]], configuration: Configuration) -> str:
    """What a group agrees in, in the words of the configuration: "flow stuck, Invoice to pay, Invoice matching"."""
    return ", ".join(_said(label, value, configuration) for label, value in group if value) or "of one route"


def _said(label: str, value: str, configuration: Configuration) -> str:
    known: tuple[Any, ...] = {
        "interface": configuration.interfaces, "flow": configuration.flows, "facility": configuration.facilities,
        "system": configuration.systems, "sla": configuration.slas,
    }.get(label, ())  # fmt: skip
    name: str = next((one.name for one in known if one.id == value and one.name), "")
    if label == "facility" and name:
        return f"{value} {name}"
    return name or (value.replace("_", " ") if label in ("kind", "failure_class") else f"{label} {value}")
