"""What the incidents page says of incidents, their history and their messages: rows and sentences, pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from alerts.incidents import Incident
from alerts.record import DeliveryRow, HistoryRow
from dashboards import naming
from dashboards.text import counted
from domain.configuration import Configuration

Row = dict[str, object]
WITHHELD = " They began long before they were known, so nobody was told."
# Word and shape with every colour: nothing is told by colour alone.
_SEVERITIES = {"critical": "✕ critical", "warning": "! warning", "info": "i info"}


def finding(open_ones: Sequence[Incident], now: datetime) -> str:
    """One sentence: how many incidents nobody has, the gravest first."""
    news = [one for one in open_ones if not one.historic]
    if not news:
        return "No incident is open"
    free = [one for one in news if not _has_it(one, now)]
    critical = sum(one.severity.value == "critical" for one in free)
    if not free:
        return f"{counted(len(news), 'incident')} open, somebody has each of them"
    grave = f", {critical} of them critical" if critical else ""
    if len(news) == 1:
        return f"Nobody has taken the one open incident{', which is critical' if critical else ''}"
    some = "any" if len(free) == len(news) else f"{len(free):,}"
    return f"Nobody has taken {some} of {len(news):,} open incidents{grave}"


def _has_it(one: Incident, now: datetime) -> bool:
    return one.acknowledged is not None or (one.snoozed_until is not None and one.snoozed_until > now)


def row_of(one: Incident, configuration: Configuration, now: datetime) -> Row:
    return {
        "Severity": _SEVERITIES.get(one.severity.value, one.severity.value) if one.resolved is None else "✓ resolved",
        "Incident": one.title,
        "Since": one.opened,
        "Who has it": _who(one, configuration, now),
        "Interface": naming.interface(configuration, one.interface),
        "Facilities": ", ".join(one.facility_ids),
        "Conditions": len(one.conditions),
        "Messages": one.notifications,
        "Id": one.incident_id,
    }


def _who(one: Incident, configuration: Configuration, now: datetime) -> str:
    if one.snoozed_until is not None and one.snoozed_until > now:
        return "snoozed"
    if one.acknowledged is not None:
        return f"✓ {naming.person(configuration, one.assignee or one.acknowledged_by)}"
    return naming.person(configuration, one.assignee) if one.assignee else "– nobody"


def standing(one: Incident, configuration: Configuration) -> str:
    """State, severity and who has it, in one line under the title."""
    state = "resolved" if one.resolved else _SEVERITIES.get(one.severity.value, one.severity.value)
    by = f"; acknowledged by {naming.person(configuration, one.acknowledged_by)}" if one.acknowledged else ""
    return f"{one.incident_id} · {state}{by}" + ("; it was over when first seen, so nobody was told" if one.historic else "")


def event_row(event: HistoryRow) -> Row:
    return {"When": event.time, "Event": event.kind, "By": event.actor, "Channel": event.channel, "Said": event.said}


def delivery_finding(messages: Sequence[DeliveryRow]) -> str:
    """One sentence: whether everybody who should know was told."""
    dead, owed = (sum(m.state == state for m in messages) for state in ("dead", "owed"))
    if dead:
        return f"{counted(dead, 'message')} could not be delivered"
    if owed:
        return f"{counted(owed, 'message')} still on the way"
    return f"{counted(len(messages), 'message')} sent" if messages else "Nobody was told"


def delivery_row(one: DeliveryRow) -> Row:
    signs = {"sent": "✓ sent", "owed": "– on the way", "dead": "✕ given up"}
    return {
        "State": signs.get(one.state, one.state), "Channel": one.channel, "To": ", ".join(one.recipients), "Decided": one.decided,
        "Sent": one.sent, "Failed attempts": one.failures, "Said": one.detail, "Maybe a repeat": "yes" if one.possible_repeat else "",
        "Told instead": one.told_elsewhere,
    }  # fmt: skip
