"""What an edi section can get wrong: ids that name nothing, codes no partner can send, two partners with one id."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from domain.edi import EdiSettings
from domain.problems import did_you_mean
from domain.references import ids
from domain.source import Place, Source


def check_edi(source: Source, place: Place, entry: EdiSettings) -> None:
    """References are looked up in what is written, as everywhere."""
    _zone(source, (*place, "time_zone"), entry.time_zone)
    _partners(source, place, entry)
    flows = {
        flow["id"]: flow for _, flow in source.entries("flows") if isinstance(flow, dict) and isinstance(flow.get("id"), str)
    }
    for n, document in enumerate(entry.sets):
        where = (*place, "sets", n)
        _named(source, (*where, "interface"), document.interface, "interfaces", "interface")
        for m, milestone in enumerate(document.milestones):
            at = (*where, "milestones", m)
            _named(source, (*at, "flow"), milestone.flow, "flows", "flow")
            _milestone(source, (*at, "milestone"), milestone.milestone, flows.get(milestone.flow))
        if any(other.set == document.set and other.direction == document.direction for other in entry.sets[:n]):
            source.problem((*where, "set"), "is listed twice for this direction", "Join the two entries")


def _partners(source: Source, place: Place, entry: EdiSettings) -> None:
    claimed: dict[tuple[str, str], str] = {}
    for n, partner in enumerate(entry.partners):
        where = (*place, "partners", n)
        _named(source, (*where, "facility"), partner.facility, "facilities", "facility")
        for name, interface in partner.interfaces.items():
            _named(source, (*where, "interfaces", name), interface, "interfaces", "interface")
        _zone(source, (*where, "time_zone"), partner.time_zone)
        for key_type in partner.authorities:
            _named(source, (*where, "authorities", key_type), key_type, "key_types", "key type")
        for pair in ((isa, gs) for isa in partner.isa for gs in (partner.gs or ("",))):
            if pair in claimed:
                message = f"claims the trading id {pair[0]} of partner {claimed[pair]}, too"
                source.problem((*where, "isa"), message, "Keep it at one partner, or tell them apart by gs")
            claimed[pair] = partner.id
        for us in set(partner.isa) & set(entry.us):
            source.problem((*where, "isa"), f"contains {us}, which is listed under us", "Remove it from one of the two")


def _named(source: Source, place: Place, value: str | None, section: str, noun: str) -> None:
    if value is None or value in (known := ids(source, section)):
        return
    near = did_you_mean(value, known) if known else ""
    remedy = f"{near}{'' if near.endswith('?') else '.'} Or add it under {section}" if near else f"Add it under {section}"
    source.problem(place, f"names no {noun}", remedy)


def _zone(source: Source, place: Place, name: str | None) -> None:
    if name is None:
        return
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # no such name, no name at all, a folder of names
        source.problem(place, "is not a time zone", "Write an IANA name, for example America/Chicago")


def _milestone(source: Source, place: Place, name: str, flow: dict[str, Any] | None) -> None:
    written = flow.get("milestones") if flow else None
    if flow is None or not isinstance(written, list):
        return
    known = [m["id"] for m in written if isinstance(m, dict) and isinstance(m.get("id"), str)]
    if name not in known:
        source.problem(place, f"is no milestone of flow {flow['id']}", did_you_mean(name, known))
