"""A question's SQL, kept in a .sql file beside the code that asks it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Query:
    """`text` takes typed parameters only, written {name:Type}. `name` appears in errors."""

    name: str
    text: str

    @classmethod
    def beside(cls, module_file: str, file: str) -> Query:
        """The query in `file`, in the folder of `module_file` (pass __file__)."""
        path = Path(module_file).parent / file
        return cls(name=f"{path.parent.name}/{path.stem}", text=path.read_text())


def bound(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Python values as the engine's parameters: aware times in UTC (use DateTime64(6, 'UTC')), durations in seconds.

    Raises ValueError on a naive datetime.
    """
    return {name: _bound(name, value) for name, value in parameters.items()}


def _bound(name: str, value: Any) -> Any:
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError(f"Parameter {name} = {value} has no time zone; pass an aware datetime")
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, tuple | list | set | frozenset):
        return [_bound(name, item) for item in (sorted(value) if isinstance(value, set | frozenset) else value)]
    return value
