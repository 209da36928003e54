"""A foreign event → events of Supplyscope's own types, as configured in event_mappings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property
from typing import Any

from collector.events.paths import NotFollowed, Value, find, is_single
from collector.events.values import Unfit, fitted
from collector.refusals import Problem
from domain.event_mappings import TARGETS, EventMapping, FieldSource, TargetField

_SHOWN = 120
_ANY = TargetField()
# What an unmapped event may carry over to its rows.
_KEPT = ("specversion", "id", "source", "time", "correlationid")


@dataclass(frozen=True, slots=True)
class Own:
    """One event of our own type. `part` tells several rows of one foreign event apart; `places` says where each field stood."""

    event: Mapping[str, Any]
    part: str
    places: Mapping[str, str]


class Mappings:
    """Applies every mapping that fits; collects what is wrong instead of raising it."""

    def __init__(self, mappings: Sequence[EventMapping]) -> None:
        self._mappings = mappings

    @property
    def types(self) -> list[str]:
        """The type globs that are mapped."""
        return sorted({mapping.type for mapping in self._mappings})

    def fitting(self, event: Mapping[str, Any]) -> list[EventMapping]:
        type, source = str(event["type"]), str(event["source"])
        return [m for m in self._mappings if fnmatchcase(type, m.type) and fnmatchcase(source, m.source)]

    def own(self, event: Mapping[str, Any], at: str, problems: list[Problem]) -> list[Own]:
        """The event as our own ones; `at` is where it lies in the request, [3]."""
        return [own for mapping in self.fitting(event) for own in _Reading(mapping, event, at, problems).rows()]


class _Reading:
    """One mapping applied to one event."""

    def __init__(self, mapping: EventMapping, event: Mapping[str, Any], at: str, problems: list[Problem]) -> None:
        self._mapping = mapping
        self._event = event
        self._at = at
        self._problems = problems
        self._before = len(problems)

    def rows(self) -> list[Own]:
        fields = {name: self._mapping.field(name) or FieldSource() for name in self._mapping.fields}
        attributes = {
            name: FieldSource(path=source) if isinstance(source, str) else source
            for name, source in self._mapping.attributes.items()
        }
        columns = {("fields", name): self._column(name, source) for name, source in fields.items()}
        columns |= {("attributes", name): self._column(name, source) for name, source in attributes.items()}
        count = self._count(columns)
        rows = [self._row(n, columns, fields, attributes) for n in range(count)]
        return [] if len(self._problems) > self._before else rows

    def _column(self, name: str, source: FieldSource) -> list[Value] | Value | None:
        """One value for all rows, a list with one per row, or None where nothing is found."""
        if source.path is None:
            return Value(source.value, "")
        try:
            if source.path.startswith("@"):
                return self._inside(source.path)
            found = find(source.path, self._event)
        except NotFollowed as error:
            self._problem(_plain(source.path), f"{name} {error}")
            return None
        if is_single(source.path):
            return found[0] if found else None
        if self._mapping.each is not None:
            if len(found) > 1:
                self._problem(_plain(source.path), f"{name} finds {len(found)} values, and each entry needs one; begin it with @")
            return found[0] if found else None
        return found

    def _inside(self, path: str) -> list[Value]:
        """The value inside every entry; where an entry lacks it, its place without one."""
        inside = []
        for entry in self._entries:
            found = find(f"${path[1:]}", entry.value, entry.place)
            inside.append(found[0] if found else Value(None, f"{entry.place}{path[1:]}"))
        return inside

    def _count(self, columns: Mapping[tuple[str, str], list[Value] | Value | None]) -> int:
        """How many rows; nothing where a list is empty, which is told: a path that finds nothing is a mistake in the mapping."""
        lengths = {name: len(column) for (_, name), column in columns.items() if isinstance(column, list)}
        if self._mapping.each is not None:
            if not self._entries and len(self._problems) == self._before:
                self._problem(_plain(self._mapping.each), "each finds no entry")
            return len(self._entries)
        if not lengths:
            return 1
        told = {length: name for name, length in lengths.items()}
        if len(told) > 1:
            counted = ", ".join(f"{name} finds {length}" for name, length in lengths.items())
            name = told[min(told)]
            self._problem(self._path(name), f"{counted} values; paths to several must find equally many, or use each")
            return 0
        [(length, name)] = told.items()
        if length == 0:
            self._problem(self._path(name), f"{name} finds nothing")
        return length

    @cached_property
    def _entries(self) -> list[Value]:
        """What `each` finds; a path that leads to a list means its entries."""
        each = self._mapping.each or "$"
        try:
            found = find(each, self._event)
            if len(found) == 1 and isinstance(found[0].value, list):
                return find("$[*]", found[0].value, found[0].place)
        except NotFollowed as error:
            self._problem(_plain(each), f"each {error}")
            return []
        return found

    def _row(
        self,
        n: int,
        columns: Mapping[tuple[str, str], list[Value] | Value | None],
        fields: Mapping[str, FieldSource],
        attributes: Mapping[str, FieldSource],
    ) -> Own:
        known = TARGETS[self._mapping.to]
        places: dict[str, str] = {}
        data = {}
        for name, source in fields.items():
            value = _nth(columns["fields", name], n)
            places[name] = value.place if value else self._path(name)
            fit = self._fit(name, value, known[name], source)
            if fit is not None:
                data[name] = fit
        kept = {name: self._fit(name, _nth(columns["attributes", name], n), _ANY, source) for name, source in attributes.items()}
        if attributes:
            data["attributes"] = {name: value for name, value in kept.items() if value is not None}
        event = {name: self._event[name] for name in _KEPT if self._event.get(name) is not None}
        return Own(event | {"type": f"supplyscope.{self._mapping.to}", "data": data}, f"{self._mapping.id}/{n}", places)

    def _fit(self, name: str, value: Value | None, field: TargetField, source: FieldSource) -> Any:
        found = value.value if value is not None else None
        try:
            fit = fitted(found, field.kind, source, self._mapping.zone)
            if fit is None and source.default is not None:
                fit = fitted(source.default, field.kind, source, self._mapping.zone)
        except Unfit as error:
            self._problem(value.place if value else self._path(name), f"{name} {error}", found)
            return None
        if fit is None and field.required:
            self._problem(
                (value.place if value else "") or self._path(name), f"{name} finds nothing, and {self._mapping.to} needs it"
            )
        return fit

    def _path(self, name: str) -> str:
        source = self._mapping.field(name)
        return _plain(source.path or "") if source else ""

    def _problem(self, place: str, message: str, value: Any = None) -> None:
        shown = "" if value is None or isinstance(value, dict | list) else str(value)[:_SHOWN]
        told = f"{message} (event_mappings[{self._mapping.id}])"
        self._problems.append(Problem(f"{self._at}{place}", told, shown, str(self._event["id"])))


def _nth(column: list[Value] | Value | None, n: int) -> Value | None:
    return column[n] if isinstance(column, list) and n < len(column) else column if isinstance(column, Value) else None


def _plain(path: str) -> str:
    """.data.number of $.data.number: it follows the event's place in the request."""
    return path[1:] if path[:1] in ("$", "@") else path
