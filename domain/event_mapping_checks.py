"""What a single event mapping can get wrong."""

from __future__ import annotations

from typing import Any

import jsonpath

from domain.event_mappings import TARGETS, EventMapping, FieldSource
from domain.file_checks import check_path, check_zone
from domain.problems import did_you_mean
from domain.source import Place, Source

_OWN = "supplyscope."


def check_event_mapping(source: Source, place: Place, entry: EventMapping, configured: dict[str, Any]) -> None:
    """Fields the target has, those it needs, paths that can be read, and a flow that exists where it is written out."""
    fields = TARGETS[entry.to]
    if entry.type.startswith(_OWN):
        source.problem((*place, "type"), "is a type of Supplyscope's own, which needs no mapping", "Remove the mapping")
    for name in entry.fields:
        if name not in fields:
            source.problem((*place, "fields", name), f"is no field of {entry.to}", did_you_mean(name, list(fields)))
    missing = [name for name, field in fields.items() if field.required and name not in entry.fields]
    if missing:
        source.problem((*place, "fields"), f"lacks {', '.join(missing)}, which {entry.to} needs", f'Add "{missing[0]}: …"')
    if entry.attributes and entry.to != "milestone":
        source.problem((*place, "attributes"), f"are not kept with {entry.to}", "Remove them, or map to milestone")
    if entry.zone is not None:
        check_zone(source, (*place, "zone"), entry.zone)
    if entry.each is not None:
        check_path(source, (*place, "each"), entry.each)
    for part, sources in (("fields", entry.fields), ("attributes", entry.attributes)):
        for name, value in sources.items():
            _field(source, (*place, part, name), value, entry)
    _flow(source, place, entry, configured)


def _field(source: Source, place: Place, value: str | FieldSource, entry: EventMapping) -> None:
    read = FieldSource(path=value) if isinstance(value, str) else value
    if (read.path is None) == (read.value is None):
        source.problem(place, "needs a path or a value, and not both", 'Write "path: $.data.…" or "value: …"')
    if read.zone is not None:
        check_zone(source, (*place, "zone"), read.zone)
    if read.path is None:
        return
    if read.path.startswith("@") and entry.each is None:
        source.problem(place, "is inside a list, and each names none", "Add each: $.data.lines[*], or begin the path with $")
        return
    inside = read.path.startswith("@")
    path = f"${read.path[1:]}" if inside else read.path
    if check_path(source, place, path) and inside and not _single(path):
        source.problem(place, "may find several values in one entry", "Write a path to one value, for example @.item.number")


def _flow(source: Source, place: Place, entry: EventMapping, configured: dict[str, Any]) -> None:
    flow, milestone = entry.field("flow"), entry.field("milestone")
    if entry.to != "milestone" or flow is None or flow.value is None:
        return
    flows = {found.id: [m.id for m in found.milestones] for _, found in configured.get("flows", ())}
    if flow.value not in flows:
        source.problem((*place, "fields", "flow"), "names no flow", did_you_mean(flow.value, list(flows)) if flows else "Add it")
    elif milestone is not None and milestone.value is not None and milestone.value not in flows[flow.value]:
        remedy = did_you_mean(milestone.value, flows[flow.value])
        source.problem((*place, "fields", "milestone"), f"is no milestone of flow {flow.value}", remedy)


def _single(path: str) -> bool:
    """Whether the path finds one value at most; a union of paths may find more."""
    compiled = jsonpath.compile(path)
    return isinstance(compiled, jsonpath.JSONPath) and compiled.singular_query()
