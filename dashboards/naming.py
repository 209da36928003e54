"""Names a reader knows instead of ids, and which of the configured flows a page is about."""

from __future__ import annotations

from analytics import words
from dashboards.charts.lines import Target
from domain.configuration import Configuration
from domain.flows import Flow
from domain.slas import CycleTimeSla


def activation_flow(configuration: Configuration) -> Flow | None:
    """The flow that makes a contract usable at each facility; None: none is configured."""
    return next((flow for flow in configuration.flows if flow.key == "contract" and flow.per_facility), None)


def activation_target(configuration: Configuration) -> Target | None:
    """The promise on the whole activation, named: "target 12 h open time for 90 %"."""
    flow = activation_flow(configuration)
    for sla in configuration.slas:
        if flow and isinstance(sla, CycleTimeSla) and sla.flow == flow.id and sla.to_milestone == flow.completes_at:
            seconds = sla.within.total_seconds()
            calendar = configuration.calendar(sla.calendar)
            clock = "" if calendar and calendar.always_open else " open time"
            return Target(seconds, f"target {words.duration(seconds)}{clock} for {sla.target:.0%}")
    return None


def milestone(configuration: Configuration, flow: str, id: str) -> str:
    """A milestone's name; its id when it is not configured."""
    known = configuration.flow(flow)
    return next((step.name for step in known.milestones if step.id == id), id) if known else id


def interface(configuration: Configuration, id: str) -> str:
    known = configuration.interface(id)
    return known.name if known else id


def failure_class(configuration: Configuration, id: str) -> str:
    known = configuration.failure_class(id)
    return known.name if known else id.replace("_", " ")


def facility(configuration: Configuration, id: str) -> str:
    """ "H07 South"; "every facility" for ''."""
    known = configuration.facility(id)
    return f"{id} {known.name}" if known else id or "every facility"


def person(configuration: Configuration, id: str) -> str:
    known = configuration.person(id)
    return known.name if known else id or "nobody yet"


def party(id: str) -> str:
    """Whose turn it is, as a reader says it."""
    return {
        "us": "our",
        "gpo": "the GPO's",
        "supplier": "the supplier's",
        "gateway": "the gateway's",
        "facility": "the facility's",
    }.get(id, id)


def some(names: tuple[str, ...] | list[str], most: int = 4) -> str:
    """ "H01, H03 and H07" or "H01, H03, H05 and 9 more"."""
    shown, rest = (names, 0) if len(names) <= most else (names[: most - 1], len(names) - most + 1)
    last = f"{rest} more" if rest else (shown[-1] if shown else "")
    before = shown if rest else shown[:-1]
    return f"{', '.join(before)} and {last}" if before else last
