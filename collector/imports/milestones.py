"""One record of a log → milestone events, and what it does not say."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from collector.imports.mapping import Mapping, Source
from collector.imports.result import Tally
from collector.imports.table import Record, Table
from collector.json_bodies import EARLIEST, END
from domain.problems import ConfigurationError, Problem, did_you_mean

UNREADABLE = "not a date in any of the given formats"
OUTSIDE = "outside 1900 to 2298"
NO_KEY = "no key"
RAGGED = "not as many fields as the header"
UNKNOWN_STEP = "not a step that the mapping names"


class MilestoneReader:
    """Reads records of `table` as `mapping` says; what gives no milestone is counted in `tally`.

    Raises ConfigurationError when the mapping names columns the file does not have.
    """

    def __init__(self, table: Table, mapping: Mapping, tally: Tally) -> None:
        self._table = table
        self._mapping = mapping
        self._tally = tally
        _check_columns(table, mapping)
        self._index = {name: table.header.index(name) for name in mapping.columns}
        # The same bytes under any name are the same evidence.
        self._source = f"import:{table.digest[:16]}"

    def events(self, record: Record) -> list[dict[str, Any]]:
        """CloudEvents of the record's milestones, possibly none."""
        self._tally.lines_read += 1
        if len(record.values) != len(self._table.header):
            self._tally.refuse("", RAGGED, record.line)
            return []
        parts = [self._value(record, column) for column in self._mapping.key]
        if not all(parts):
            self._tally.refuse(self._mapping.key[parts.index("")], NO_KEY, record.line)
            return []
        common = self._common(record, self._mapping.key_separator.join(parts))
        return [self._event(record, common, milestone, time) for milestone, time in self._reached(record)]

    def _value(self, record: Record, source: Source) -> str:
        return record.values[self._index[source]].strip() if isinstance(source, str) else source.value

    def _common(self, record: Record, key: str) -> dict[str, Any]:
        mapping = self._mapping
        data: dict[str, Any] = {"flow": mapping.flow, "key": key, "retention": mapping.retention}
        data |= {name: self._value(record, source) for name, source in mapping.fields.items()}
        attributes = {name: value for name, source in mapping.attributes.items() if (value := self._value(record, source))}
        data["attributes"] = attributes | {"import.file": self._table.path.name, "import.line": str(record.line)}
        return data

    def _event(self, record: Record, common: dict[str, Any], milestone: str, time: datetime) -> dict[str, Any]:
        return {
            "specversion": "1.0",
            "type": "supplyscope.milestone",
            "source": self._source,
            "id": f"{record.line}/{milestone}",
            "time": time.isoformat(),
            "data": common | {"milestone": milestone},
        }

    def _reached(self, record: Record) -> Iterator[tuple[str, datetime]]:
        mapping = self._mapping
        for each in mapping.milestones:
            if time := self._time(record, each.column, each.date_formats or mapping.date_formats):
                yield each.milestone, time
        if mapping.events:
            step = mapping.events.milestones.get(self._value(record, mapping.events.milestone))
            if step is None:
                self._tally.refuse(mapping.events.milestone, UNKNOWN_STEP, record.line)
            elif time := self._time(record, mapping.events.time, mapping.date_formats):
                yield step, time

    def _time(self, record: Record, column: str, formats: tuple[str, ...]) -> datetime | None:
        text = self._value(record, column)
        reason = self._mapping.not_captured.get(text) or ("empty" if not text else None)
        if reason is None:
            time = parse_time(text, formats, self._mapping.zone)
            if time is not None and EARLIEST <= time < END:
                return time
            reason = UNREADABLE if time is None else OUTSIDE
        self._tally.refuse(column, reason, record.line)
        return None


@lru_cache(maxsize=65_536)
def parse_time(text: str, formats: tuple[str, ...], zone: str) -> datetime | None:
    """The instant `text` names in the first format that fits, in UTC; None when none fits. A time without zone is in `zone`."""
    for form in formats:
        try:
            time = datetime.fromisoformat(text) if form == "iso" else datetime.strptime(text, form)  # noqa: DTZ007 - zoned below
            return (time if time.tzinfo else time.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)
        except (ValueError, OverflowError):
            continue
    return None


def _check_columns(table: Table, mapping: Mapping) -> None:
    problems = tuple(
        Problem(
            str(table.path), table.header_line, "", name, "the header has no such column", did_you_mean(name, list(table.header))
        )
        for name in mapping.columns
        if name not in table.header
    )
    if problems:
        raise ConfigurationError(problems)
