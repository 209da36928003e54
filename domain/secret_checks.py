"""What a secret's place and a length of time can get wrong, wherever in an entry they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from pydantic import BaseModel

from domain.secrets import Secret
from domain.source import Place, Source

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def check_secret(source: Source, place: Place, entry: Secret) -> None:
    """Exactly one of env and file, and neither of them the secret itself."""
    if (entry.env is None) == (entry.file is None):
        source.problem(place, "does not name exactly one of env and file", "Write {env: NAME} or {file: path}")
    elif entry.env is not None and not _VARIABLE.fullmatch(entry.env):
        source.problem(
            (*place, "env"),
            "is not the name of an environment variable",
            "Name the variable that holds the secret, never the secret",
        )
    elif entry.file is not None and re.match(r"[a-z]+://", entry.file):
        source.problem((*place, "file"), "is an address, not a file", "Name the file that holds the secret, never the secret")


def check_within(source: Source, place: Place, entry: BaseModel) -> None:
    """Every secret and every length of time inside a typed entry, however nested."""
    for where, value in _leaves(entry, place):
        if isinstance(value, Secret):
            check_secret(source, where, value)
        elif value <= timedelta(0):
            source.problem(where, "is no time at all", "Write a duration above zero, for example 30s")


def secrets_within(entry: BaseModel) -> tuple[Secret, ...]:
    """Every secret an entry names: what must not appear in a message about it."""
    return tuple(value for _, value in _leaves(entry, ()) if isinstance(value, Secret))


def _leaves(value: Any, place: Place) -> Iterator[tuple[Place, Any]]:
    if isinstance(value, Secret | timedelta):
        yield place, value
    elif isinstance(value, BaseModel):
        for name, field in type(value).model_fields.items():
            yield from _leaves(getattr(value, name), (*place, field.alias or name))
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _leaves(item, (*place, key))
    elif isinstance(value, tuple | list):
        for n, item in enumerate(value):
            yield from _leaves(item, (*place, n))
