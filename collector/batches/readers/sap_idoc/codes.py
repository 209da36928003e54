"""What an IDoc status means."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Status:
    """severity: S success, W waiting, E error. final: nothing follows when all is well."""

    code: str
    direction: str
    severity: str
    final: bool
    text: str


@cache
def statuses() -> dict[str, Status]:
    """Every known status by its two-digit code."""
    lines = (Path(__file__).parent / "status_codes.csv").read_text(encoding="utf-8").splitlines()
    rows = csv.DictReader(line for line in lines if not line.startswith("#"))
    return {r["code"]: Status(r["code"], r["direction"], r["severity"], r["final"] == "yes", r["text"]) for r in rows}
