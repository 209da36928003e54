"""What a usable configuration contains, and what its author may have forgotten."""

from __future__ import annotations

from collections.abc import Iterator

from domain.channels import EmailChannel
from domain.configuration import Configuration
from domain.slas import BatchDeadlineSla, CycleTimeSla
from domain.source import SINGLE
from domain.validation import SECTIONS

_LISTED = 8


def summary(configuration: Configuration) -> str:
    """Counts per section, then notes: nothing here prevents a start."""
    counts = [(name.replace("_", " "), len(getattr(configuration, name))) for name in SECTIONS if name not in SINGLE]
    lines = [f"{configuration.organisation.name}: configuration {configuration.fingerprint} is complete"]
    lines += [f"  {count:>5} {name}" for name, count in counts if count]
    return "\n".join([*lines, *(f"  note: {note}" for note in notes(configuration))])


def notes(configuration: Configuration) -> Iterator[str]:
    """Sentences about gaps that are allowed but rarely meant."""
    if uncovered := [i.id for i in configuration.interfaces if i.id not in _promised(configuration)]:
        yield f"{_number(uncovered, 'interface')} without an SLA: {_listed(uncovered)}"
    ruled = {r.failure_class for r in configuration.failure_rules}
    if idle := [c.id for c in configuration.failure_classes if c.id not in ruled and c.id != "unclassified"]:
        yield f"{_number(idle, 'failure class', 'failure classes')} no rule leads to: {_listed(idle)}"
    if not configuration.routes:
        yield "no route: incidents are recorded, nobody is told"
    yield from _shadowed(configuration)
    yield from _unreachable_people(configuration)


def _promised(configuration: Configuration) -> set[str]:
    """Interfaces some SLA is about, directly, through their batch job or through a milestone of a timed flow."""
    found = {getattr(sla, "interface", None) for sla in configuration.slas}
    jobs = {sla.job for sla in configuration.slas if isinstance(sla, BatchDeadlineSla)}
    found |= {i.id for i in configuration.interfaces if i.job in jobs}
    timed = {sla.flow for sla in configuration.slas if isinstance(sla, CycleTimeSla)}
    found |= {m.interface for f in configuration.flows if f.id in timed for m in f.milestones}
    return {interface for interface in found if interface}


def _shadowed(configuration: Configuration) -> Iterator[str]:
    for n, route in enumerate(configuration.routes[:-1]):
        if not route.go_on and route.match == type(route.match)():
            later = [r.id for r in configuration.routes[n + 1 :]]
            yield f"route {route.id} matches everything and does not continue, so these are never used: {_listed(later)}"
            return


def _unreachable_people(configuration: Configuration) -> Iterator[str]:
    mail = {c.id for c in configuration.channels if isinstance(c, EmailChannel)}
    for route in configuration.routes:
        for id in route.to:
            person = configuration.person(id)
            if mail & set(route.channels) and person is not None and person.email is None:
                yield f"route {route.id} mails {id}, who has no e-mail address"


def _number(ids: list[str], one: str, many: str | None = None) -> str:
    return f"{len(ids)} {one if len(ids) == 1 else many or one + 's'}"


def _listed(ids: list[str]) -> str:
    return ", ".join(ids[:_LISTED]) + (f" and {len(ids) - _LISTED} more" if len(ids) > _LISTED else "")
