"""Every id an entry names must exist, and no id may be given twice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from domain.problems import did_you_mean
from domain.source import Place, Source

BUILT_IN_KEY_TYPES = ("correlation", "contract", "supplier", "item", "purchase_order", "invoice", "facility")
BUILT_IN_FAILURE_CLASSES = ("unclassified",)
# What a route within a route names, besides time intervals.
ROUTE_FIELDS = (
    ("channels", "channels"), ("to", "people"), ("escalation", "escalation_policies"), ("match.failure_classes", "failure_classes"), ("match.interfaces", "interfaces"),
    ("match.facilities", "facilities"), ("match.slas", "slas"), ("match.flows", "flows"),
)  # fmt: skip
# (section, field, section it must exist in). A dotted field goes into lists and mappings alike.
REFERENCES = (
    ("systems", "owner", "people"),
    ("interfaces", "source", "systems"),
    ("interfaces", "target", "systems"),
    ("interfaces", "owner", "people"),
    ("facilities", "calendar", "calendars"),
    ("crosswalks", "key_type", "key_types"),
    ("flows", "key", "key_types"),
    ("flows", "milestones.interface", "interfaces"),
    ("flows", "calendar", "calendars"),
    ("milestone_rules", "flow", "flows"),
    ("milestone_rules", "when.interface", "interfaces"),
    ("slas", "owner", "people"),
    ("slas", "interface", "interfaces"),
    ("slas", "calendar", "calendars"),
    ("slas", "flow", "flows"),
    ("slas", "receiver", "interfaces"),
    ("slas", "parts.sla", "slas"),
    ("exclusions", "slas", "slas"),
    ("exclusions", "interfaces", "interfaces"),
    ("failure_classes", "owner", "people"),
    ("failure_rules", "failure_class", "failure_classes"),
    ("failure_rules", "interface", "interfaces"),
    ("masters", "failure_class", "failure_classes"),
    ("ingest_keys", "interfaces", "interfaces"),
    ("ingest_keys", "facilities", "facilities"),
    ("watched_folders", "interface", "interfaces"),
    ("watched_folders", "mapping", "batch_mappings"),
    ("masks", "interfaces", "interfaces"),
    ("arrivals", "calendar", "calendars"),
    ("arrivals", "facility", "facilities"),
    ("handovers", "sent.interface", "interfaces"),
    ("handovers", "received.interface", "interfaces"),
    ("handovers", "sent.flow", "flows"),
    ("handovers", "received.flow", "flows"),
    ("handovers", "owner", "people"),
    ("fallbacks", "interfaces", "interfaces"),
    ("fallbacks", "flows", "flows"),
    ("reports", "to", "people"),
    ("reports", "facility", "facilities"),
    ("reports", "channel", "channels"),
    ("reports", "calendar", "calendars"),
    ("channels", "elsewhere", "channels"),
    ("routes", "channels", "channels"),
    ("routes", "to", "people"),
    ("routes", "escalation", "escalation_policies"),
    ("routes", "match.failure_classes", "failure_classes"),
    ("routes", "match.interfaces", "interfaces"),
    ("routes", "match.facilities", "facilities"),
    ("routes", "match.slas", "slas"),
    ("routes", "match.flows", "flows"),
    *(
        ("routes", f"{'routes.' * depth}{field}", target)
        for depth in range(3)
        for field, target in (("active", "time_intervals"), ("mute", "time_intervals"), *(ROUTE_FIELDS if depth else ()))
    ),
    ("conditions", "owner", "people"),
    ("conditions", "flows", "flows"),
    ("time_intervals", "spans.calendar", "calendars"),
    ("schedules", "rotations.people", "people"),
    ("schedules", "rotations.active", "time_intervals"),
    ("schedules", "rotations.mute", "time_intervals"),
    ("schedules", "overrides.person", "people"),
    ("schedules", "overrides.instead_of", "people"),
    ("schedules", "away.person", "people"),
    ("escalation_policies", "steps.schedules", "schedules"),
    ("escalation_policies", "steps.people", "people"),
    ("escalation_policies", "steps.channels", "channels"),
    ("escalation_policies", "hand_over", "escalation_policies"),
)
# (section, field, what it names) that at most one entry may claim.
_UNIQUE = (("interfaces", "queue", "queue"), ("interfaces", "job", "batch job"))
_NOUNS = {
    "people": "person or team", "systems": "system", "interfaces": "interface", "calendars": "calendar", "key_types": "key type",
    "flows": "flow", "failure_classes": "failure class", "channels": "channel", "facilities": "facility", "slas": "SLA",
    "batch_mappings": "batch mapping", "time_intervals": "time interval",
    "schedules": "schedule", "escalation_policies": "escalation policy",
}  # fmt: skip


def check_references(source: Source) -> None:
    """Works on the written values, so that a dangling id in an otherwise broken entry is reported in the same run."""
    _duplicates(source)
    for section, field, target in REFERENCES:
        known = ids(source, target)
        for place, entry in source.entries(section):
            for where, value in _values(entry, place, field.split(".")):
                if isinstance(value, str) and value not in known:
                    noun = _NOUNS[target]
                    source.problem(where, f"names no {noun}", _remedy(value, known, target))
    _milestones(source)
    _jobs(source)
    _polled(source)


def ids(source: Source, section: str) -> list[str]:
    """The ids a section defines, with those that exist without being configured."""
    built_in = {"key_types": BUILT_IN_KEY_TYPES, "failure_classes": BUILT_IN_FAILURE_CLASSES}.get(section, ())
    written = (entry.get("id") for _, entry in source.entries(section) if isinstance(entry, dict))
    return [*(i for i in written if isinstance(i, str)), *built_in]


def _remedy(value: str, known: list[str], target: str) -> str:
    if not known:
        return f"Add it under {target}"
    near = did_you_mean(value, known)
    return f"{near}{'' if near.endswith('?') else '.'} Or add it under {target}"


def _values(value: Any, place: Place, steps: list[str]) -> Iterator[tuple[Place, Any]]:
    """(place, value) of everything the steps lead to, through lists."""
    if isinstance(value, list):
        for n, item in enumerate(value):
            yield from _values(item, (*place, n), steps)
    elif not steps:
        yield place, value
    elif isinstance(value, dict) and steps[0] in value:
        yield from _values(value[steps[0]], (*place, steps[0]), steps[1:])


def _duplicates(source: Source) -> None:
    for section in (name for name in source.sections if name != "openslo"):
        _once(source, source.entries(section), "id", "is used twice", "Give one of them another id")
    for place, flow in source.entries("flows"):
        steps = list(_values(flow, place, ["milestones"]))
        _once(source, steps, "id", "is used twice", "Give one of the milestones another id")
    for section, field, noun in _UNIQUE:
        _once(
            source, source.entries(section), field, f"is the {noun} of two interfaces", "Keep it at the interface it belongs to"
        )
    aliases = [p for place, f in source.entries("facilities") for p in _values(f, place, ["aliases"])]
    _once_values(source, aliases, "is the alias of two facilities", "Keep it at the facility it belongs to")


def _once(source: Source, entries: list[tuple[Place, Any]], field: str, message: str, remedy: str) -> None:
    values = [((*place, field), entry[field]) for place, entry in entries if isinstance(entry, dict) and field in entry]
    _once_values(source, values, message, remedy)


def _once_values(source: Source, values: list[tuple[Place, Any]], message: str, remedy: str) -> None:
    first: dict[str, Place] = {}
    for place, value in values:
        if not isinstance(value, str):
            continue
        if value in first:
            file, line = source.marks[first[value]]
            source.problem(place, f"{message}, first at {file}:{line}", remedy)
        else:
            first[value] = place


def _milestones(source: Source) -> None:
    flows = {f["id"]: f for _, f in source.entries("flows") if isinstance(f, dict) and isinstance(f.get("id"), str)}
    named = [("milestone_rules", "milestone"), ("slas", "from_milestone"), ("slas", "to_milestone")]
    for section, field in named:
        for place, entry in source.entries(section):
            if isinstance(entry, dict) and isinstance(entry.get("flow"), str) and entry["flow"] in flows:
                _milestone(source, (*place, field), flows[entry["flow"]])
    for place, flow in source.entries("flows"):
        if not isinstance(flow, dict):
            continue
        for field in ("completes_at", "proven_at"):
            if field in flow:
                _milestone(source, (*place, field), flow)
        ends = flow.get("abandoned_at")
        for n in range(len(ends) if isinstance(ends, list) else 0):
            _milestone(source, (*place, "abandoned_at", n), flow)
    for place, handover in source.entries("handovers"):
        for side in ("sent", "received"):
            seen = handover.get(side) if isinstance(handover, dict) else None
            if isinstance(seen, dict) and isinstance(seen.get("flow"), str) and seen["flow"] in flows:
                _milestone(source, (*place, side, "milestone"), flows[seen["flow"]])


def _milestone(source: Source, place: Place, flow: dict[str, Any]) -> None:
    known = [value for _, value in _values(flow, (), ["milestones", "id"]) if isinstance(value, str)]
    name = source.at(place)
    if isinstance(name, str) and name not in known:
        source.problem(place, f"is no milestone of flow {flow.get('id', '')}", did_you_mean(name, known))


def _jobs(source: Source) -> None:
    known = [i["job"] for _, i in source.entries("interfaces") if isinstance(i, dict) and isinstance(i.get("job"), str)]
    for place, named in (*source.entries("slas"), *source.entries("arrivals")):
        job = named.get("job") if isinstance(named, dict) else None
        if isinstance(job, str) and job not in known:
            remedy = _remedy(job, known, f'the interface that runs it as "job: {job}"')
            source.problem((*place, "job"), "is the batch job of no interface", remedy)


def _polled(source: Source) -> None:
    """The interfaces a poller's queues are said to belong to."""
    known = ids(source, "interfaces")
    for place, poller in source.entries("pollers"):
        named = poller.get("interfaces") if isinstance(poller, dict) else None
        for queue, interface in named.items() if isinstance(named, dict) else ():
            if isinstance(interface, str) and interface not in known:
                where = (*place, "interfaces", queue)
                source.problem(where, "names no interface", _remedy(interface, known, "interfaces"))
