"""What readers of JSON results share: the document, values of the kind expected, times."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, BinaryIO, TypeVar
from zoneinfo import ZoneInfo

from collector.batches.rows import instant
from collector.files.reader import FileContext, Tables, Unreadable
from collector.rows import Row

# A JSON document is read whole; as Python values it takes some ten times its bytes.
LARGEST_DOCUMENT = 64 << 20
_PIECE = 2000

Item = TypeVar("Item")


def load(file: BinaryIO, name: str, context: FileContext) -> Any:
    """The JSON document of the file. Unreadable names the line and column where it ends to be one."""
    if context.size > LARGEST_DOCUMENT:
        raise Unreadable(f"{name} has {context.size} bytes and a JSON document may have {LARGEST_DOCUMENT}; split it")
    data = file.read()
    try:
        # Decoded here: json.loads would let bytes pass that are no UTF-8.
        return json.loads(data.decode(context.encoding or json.detect_encoding(data)))
    except json.JSONDecodeError as error:
        raise Unreadable(f"{name} is not JSON: {error.msg} in line {error.lineno}, column {error.colno}") from error
    except UnicodeDecodeError as error:
        raise Unreadable(f"{name} is not text in {error.encoding}: byte {error.start}; name its encoding") from error
    except (RecursionError, ValueError) as error:
        raise Unreadable(f"{name} is not JSON that can be read: {type(error).__name__}") from error


def mapping(value: Any) -> dict[str, Any]:
    """`value` when it is an object, else an empty one: a part that is absent says nothing."""
    return value if isinstance(value, dict) else {}


def objects(value: Any, path: str, name: str) -> list[dict[str, Any]]:
    """The objects of a list. Unreadable names the path of what is not one."""
    if not isinstance(value, list):
        raise Unreadable(f"{name}: {path} is not a list; is this the right kind of file?")
    for n, entry in enumerate(value):
        if not isinstance(entry, dict):
            raise Unreadable(f"{name}: {path}[{n}] is not an object; is this the right kind of file?")
    return value


def text(value: Any) -> str:
    """A value as text, None as ''."""
    return value if isinstance(value, str) else "" if value is None else str(value)


def count(value: Any) -> int | None:
    """A whole number the store can hold, None for anything else."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1 << 53:
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 63 else None


def seconds(value: Any) -> float:
    """A duration in seconds, 0.0 when absent or no duration."""
    number = isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 10**9
    return float(value) if number else 0.0


def time_of(value: Any, zone: str | None = None) -> datetime | None:
    """An ISO time in UTC, one without a zone read in `zone` (None: UTC); None when it is no time."""
    if not isinstance(value, str):
        return None
    try:
        at = datetime.fromisoformat(value.strip())
        return instant(at if at.tzinfo else at.replace(tzinfo=ZoneInfo(zone) if zone else UTC))
    except (ValueError, OverflowError):
        return None


def pieces(runs: Sequence[Row], rejects: Sequence[Row]) -> Iterator[Tables]:
    """The rows in pieces of bounded size; rejects first, so that a run is only there with all of its rejects."""
    for start in range(0, len(rejects), _PIECE):
        yield {"batch_rejects": rejects[start : start + _PIECE]}
    for start in range(0, len(runs), _PIECE):
        yield {"batch_runs": runs[start : start + _PIECE]}
