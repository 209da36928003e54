"""OpenSLO objects among the configuration files: typed, resolved, and made entries of section slas where they stand."""

from __future__ import annotations

from typing import Any

from domain.openslo import OpenSloObject
from domain.openslo_slas import Library, Refused, entries
from domain.source import Place, Source
from domain.validation import typed_entry

SECTION = "openslo"


def expand(source: Source) -> None:
    """Append to section slas what the SLOs of section openslo promise; what cannot be used becomes a problem at its line."""
    found = [(place, typed) for place, raw in source.entries(SECTION) if (typed := _typed(source, place, raw)) is not None]
    library = Library.of([one for _, one in found])
    for place, one in found:
        if one.kind == "SLO":
            _append(source, place, one, library)


def _typed(source: Source, place: Place, raw: Any) -> Any:
    """Typed apart from the section itself, whose mistakes are reported when it is."""
    quiet = Source(source.folder, source.sections, source.marks)
    return typed_entry(quiet, place, raw, OpenSloObject)


def _append(source: Source, place: Place, slo: Any, library: Library) -> None:
    try:
        promised = list(entries(slo, library))
    except Refused as refused:
        source.problem((*place, *refused.place), refused.message, refused.remedy)
        return
    slas = source.sections.setdefault("slas", [])
    if not isinstance(slas, list):
        return
    source.marks.setdefault(("slas",), source.marks[place])
    for entry in promised:
        _mark(source, ("slas", len(slas)), source.marks[place], entry)
        slas.append(entry)


def _mark(source: Source, place: Place, mark: tuple[str, int], value: Any) -> None:
    """What an SLO became is found on the SLO's line."""
    source.marks[place] = mark
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, part in parts:
        _mark(source, (*place, name), mark, part)
