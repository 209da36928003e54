"""Whose turn it was: the party behind a promise, a breach or an interface."""

from __future__ import annotations

from analytics.sla.rows import Breach
from domain.configuration import Configuration
from domain.landscape import Party
from domain.slas import BatchDeadlineSla, CycleTimeSla, Sla

NAMES = {Party.US: "ours", Party.GPO: "GPO", Party.SUPPLIER: "supplier", Party.GATEWAY: "gateway", Party.FACILITY: "facility"}


def of_sla(sla: Sla, configuration: Configuration) -> str:
    """Who answers for it: as configured, else who has to reach the step, else the other side of the interface."""
    if sla.party is not None:
        return sla.party.value
    if isinstance(sla, CycleTimeSla):
        return of_milestone(sla.flow, sla.to_milestone, configuration) or Party.US.value
    if isinstance(sla, BatchDeadlineSla):
        job = next((i.id for i in configuration.interfaces if i.job == sla.job), "")
        return of_interface(job, configuration)
    return of_interface(getattr(sla, "interface", ""), configuration)


def of_breach(breach: Breach, configuration: Configuration) -> str:
    """Who had to reach the step that is waited for, else who answers for the promise; "us" for a promise no longer configured."""
    waited = of_milestone(breach.attributes.get("flow", ""), breach.attributes.get("milestone", ""), configuration)
    if waited:
        return waited
    sla = configuration.sla(breach.sla_id)
    return of_sla(sla, configuration) if sla else of_interface(breach.attributes.get("interface", ""), configuration)


def of_milestone(flow: str, milestone: str, configuration: Configuration) -> str:
    """'' when either is not configured."""
    configured = configuration.flow(flow)
    return next((m.party.value for m in configured.milestones if m.id == milestone), "") if configured else ""


def of_interface(interface: str, configuration: Configuration) -> str:
    """The first side that is not ours."""
    configured = configuration.interface(interface)
    if configured is None:
        return Party.US.value
    parties = {system.id: system.party for system in configuration.systems}
    sides = [parties.get(side, Party.US) for side in (configured.source, configured.target)]
    return next((side.value for side in sides if side is not Party.US), Party.US.value)


def name(party: str) -> str:
    """In a table: "ours", "supplier", "GPO"."""
    return NAMES[Party(party)] if party in {p.value for p in Party} else party


def person(owner: str, configuration: Configuration) -> str:
    known = configuration.person(owner)
    return known.name if known else owner or "nobody named"
