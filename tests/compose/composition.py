"""docker-compose.yml as a composition of services, and one of them as a local process would see it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
_VARIABLE = re.compile(r"\$\{(\w+)(?::-([^}]*))?\}")


@dataclass(frozen=True)
class LocalService:
    """What to run: arguments after `supplyscope`, and the environment."""

    arguments: tuple[str, ...]
    environment: dict[str, str]


def composition() -> dict[str, Any]:
    """The file with its anchors resolved and its variables as when nobody has set them."""
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    loaded: dict[str, Any] = yaml.safe_load(_VARIABLE.sub(lambda found: found[2] or "", text))
    return loaded


def localised(service: Mapping[str, Any], places: Mapping[str, str]) -> LocalService:
    """The service with names and paths that exist in its network only replaced; `places`: a whole value, or its beginning."""
    environment = {name: _replaced(str(value), places) for name, value in service["environment"].items() if value is not None}
    free = {name: "0" for name in ("SUPPLYSCOPE_PORT", "SUPPLYSCOPE_OTLP_HTTP_PORT") if name in environment}
    return LocalService(tuple(service["command"]), environment | free)


def _replaced(value: str, places: Mapping[str, str]) -> str:
    for there, here in places.items():
        if value == there or (there.startswith("/") and value.startswith(there + "/")):
            return here + value.removeprefix(there)
    return value
