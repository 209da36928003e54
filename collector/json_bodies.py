"""JSON bodies: strict types, every problem named by its path, nothing of a bad body kept."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError

from collector.refusals import Problem, Refused

Body = TypeVar("Body")
_SHOWN = 120

# What the engine's DateTime64 can hold; 1948 is a legal, if questionable, time.
EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
END = datetime(2299, 1, 1, tzinfo=UTC)

Name = Annotated[str, StringConstraints(min_length=1, max_length=512)]
OptionalName = Annotated[str, StringConstraints(max_length=512)]
Text = Annotated[str, StringConstraints(max_length=65_536)]
Instant = Annotated[AwareDatetime, Field(strict=True, ge=EARLIEST, lt=END)]
Count = Annotated[int, Field(strict=True, ge=0, lt=1 << 63)]
Number = Annotated[float, Field(allow_inf_nan=False, ge=0)]


class JsonBody(BaseModel):
    """A body as contracted: immutable, unknown keys refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def parse(adapter: TypeAdapter[Body], body: bytes) -> Body:
    """`body` as the adapter's type, or Refused 400 that lists every problem."""
    try:
        return adapter.validate_json(body)
    except ValidationError as error:
        problems = tuple(_problem(each) for each in error.errors(include_url=False, include_context=False))
        raise refused(_named(problems, body)) from error


def parse_list(adapter: TypeAdapter[list[Body]], body: bytes) -> list[Body]:
    """Like `parse`, for an array or a single object."""
    return parse(adapter, b"[" + body + b"]" if body.lstrip()[:1] == b"{" else body)


def refused(problems: Sequence[Problem]) -> Refused:
    """Refused 400 whose message is the first problem; all of them travel with it."""
    first = problems[0]
    event = f"event {first.event_id}: " if first.event_id else ""
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    return Refused(400, "invalid_json", f"{event}{first.path}: {first.message}{more}", problems=problems)


def _problem(error: Any) -> Problem:
    value = error.get("input")
    shown = "" if isinstance(value, dict | list | bytes) else str(value)
    return Problem(path(error["loc"]), str(error["msg"]), shown if len(shown) <= _SHOWN else shown[:_SHOWN] + "…")


def path(location: Sequence[str | int]) -> str:
    """[3].data.time; a tag of a union, which names a type and not a key, is left out."""
    parts = [
        f"[{p}]" if isinstance(p, int) else f".{p}" for p in location if isinstance(p, int) or not p.startswith("supplyscope.")
    ]
    return "".join(parts).lstrip(".") or "body"


def _named(problems: Sequence[Problem], body: bytes) -> list[Problem]:
    """Problems with the id of the event they concern, where the body can be read that far."""
    try:
        entries = json.loads(body)
    except ValueError:
        return list(problems)
    if isinstance(entries, dict):
        entries = [entries]
    return [Problem(p.path, p.message, p.value, _id_at(p.path, entries)) for p in problems]


def _id_at(place: str, entries: Any) -> str:
    index = place[1 : place.find("]")] if place.startswith("[") else ""
    if not (isinstance(entries, list) and index.isdigit() and int(index) < len(entries)):
        return ""
    entry = entries[int(index)]
    return str(entry.get("id", "")) if isinstance(entry, dict) else ""
