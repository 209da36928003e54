"""One value of a foreign event as a field of ours holds it."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import Any

from collector.imports.milestones import parse_time
from domain.event_mappings import FieldSource, Kind

_EPOCHS = {"epoch_s": 1, "epoch_ms": 1000}


class Unfit(Exception):
    """The value cannot be what the field holds; the message says why."""


def fitted(value: Any, kind: Kind, source: FieldSource, zone: str | None) -> Any:
    """JSON of the field's kind: times as ISO text with zone, numbers as text or whole numbers. None: nothing there."""
    if isinstance(value, dict | list):
        raise Unfit("is an object or a list, not a value")
    if value is None:
        return None
    text = _text(value)
    if source.trim:
        text = text.strip()
    if text == "":
        return None
    if source.values:
        if text not in source.values:
            raise Unfit("is not among the values of the mapping; add it there")
        text = source.values[text]
    if source.upper:
        text = text.upper()
    if kind == "time":
        return _time(value if isinstance(value, int | float) and not source.values else text, source, zone)
    if kind == "text":
        return text
    return _number(text, kind, source)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1 << 53:
        return str(int(value))
    return str(value)


def _number(text: str, kind: Kind, source: FieldSource) -> Any:
    plain = text.replace("\u00a0", "").replace(" ", "")
    plain = plain.replace(".", "").replace(",", ".") if source.decimal == "comma" else plain
    if kind == "number":
        return plain
    if not (plain.isascii() and plain.isdigit() and len(plain) <= 18):
        raise Unfit("is not a whole number from 0")
    return int(plain)


def _time(value: Any, source: FieldSource, zone: str | None) -> str:
    for form in source.formats:
        if form in _EPOCHS:
            if (at := _epoch(value, _EPOCHS[form])) is not None:
                return at.isoformat()
            continue
        at = parse_time(str(value), (form,), source.zone or zone or "UTC")
        if at is None:
            continue
        if (source.zone or zone) is None and _zoneless(str(value), form):
            raise Unfit("has no zone; say under zone of the mapping where it was written")
        return at.isoformat()
    raise Unfit(f"is not a time in {', '.join(source.formats)}; add its format to formats")


def _zoneless(text: str, form: str) -> bool:
    try:
        at = datetime.fromisoformat(text) if form == "iso" else datetime.strptime(text, form)  # noqa: DTZ007 - that is the question
    except ValueError:
        return False
    return at.tzinfo is None


def _epoch(value: Any, per_second: int) -> datetime | None:
    try:
        seconds = float(value) / per_second
        return datetime.fromtimestamp(seconds, UTC) if math.isfinite(seconds) else None
    except (ValueError, OverflowError, OSError):
        return None
