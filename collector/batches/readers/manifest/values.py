"""One value of a manifest: where it stands, and what it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

import jsonpath

from collector.batches.readers.documents import text
from collector.batches.rows import business_date, instant
from collector.imports.milestones import parse_time
from domain.batch_mappings import BatchMapping, Constant, Source

COUNTS = frozenset({"records_expected", "records_read", "records_accepted", "records_rejected", "line"})
TOTALS = frozenset({"control_total_expected", "control_total_actual"})
TIMES = frozenset({"started", "finished", "time"})
_LARGEST = Decimal(10) ** 31


class Malformed(Exception):
    """A value that is not what its field holds."""


def fields(mapping: BatchMapping, wanted: Mapping[Any, Source], record: Any) -> dict[str, Any]:
    """Field → value of one run or record; what is absent or empty is left out. Malformed names field, source and value."""
    found = {}
    for name, source in wanted.items():
        value = _raw(source, record)
        if value != "":
            found[str(name)] = _typed(mapping, str(name), value, source)
    return found


def _raw(source: Source, record: Any) -> str:
    if isinstance(source, Constant):
        return source.value
    if isinstance(record, dict) and not source.startswith("$"):
        return text(record.get(source, "")).strip()
    try:
        match = _compiled(source).match(record)
    except (jsonpath.JSONPathError, RecursionError) as error:
        raise Malformed(f"{source} cannot be followed: {type(error).__name__}") from error
    if match is None:
        return ""
    if isinstance(match.obj, dict | list):
        raise Malformed(f"{source} leads to an object or a list, not to a value")
    return text(match.obj).strip()


@lru_cache(maxsize=512)
def _compiled(path: str) -> Any:
    return jsonpath.compile(path)


def _typed(mapping: BatchMapping, name: str, value: str, source: Source) -> Any:
    kind: Callable[[BatchMapping, str], Any] = (
        _count if name in COUNTS else _total if name in TOTALS else _time if name in TIMES
        else _day if name == "business_date" else lambda _, plain: plain
    )  # fmt: skip
    try:
        return kind(mapping, value)
    except ValueError as error:
        shown = source if isinstance(source, str) else "the constant"
        raise Malformed(f'{name} from {shown} is "{value[:80]}": {error}') from error


def _count(_: BatchMapping, value: str) -> int:
    plain = value.replace(" ", "")
    if not (plain.isascii() and plain.isdigit() and len(plain) <= 18):
        raise ValueError("write a whole number from 0")
    return int(plain)


def _total(mapping: BatchMapping, value: str) -> Decimal:
    plain = value.replace(" ", "").replace("\u00a0", "").lstrip("$€£")
    plain = plain.replace(".", "").replace(",", ".") if mapping.decimal == "comma" else plain.replace(",", "")
    try:
        number = Decimal(plain)
    except InvalidOperation as error:
        raise ValueError(f"not a number written with a decimal {mapping.decimal}") from error
    if not number.is_finite() or abs(number) >= _LARGEST:
        raise ValueError("not a control total")
    return round(number, 6)


def _time(mapping: BatchMapping, value: str) -> datetime:
    at = instant(parse_time(value, mapping.date_formats, mapping.zone))
    if at is None:
        raise ValueError(f"not a time in {', '.join(mapping.date_formats)} between 1900 and 2298")
    return at


def _day(mapping: BatchMapping, value: str) -> date:
    """A date is a date in its own zone; only a time with another zone is moved."""
    for form in mapping.date_formats:
        try:
            at = datetime.fromisoformat(value) if form == "iso" else datetime.strptime(value, form)  # noqa: DTZ007 - a day only
        except ValueError:
            continue
        if day := business_date(at.date()):
            return day
    raise ValueError(f"not a date in {', '.join(mapping.date_formats)} between 1900 and 2298")
