"""Through what a changed incident is shown or said to somebody. Pure."""

from __future__ import annotations

from alerts.incidents import Incident
from alerts.routing import Target, told
from domain.configuration import Configuration

# Media that change what they showed instead of saying one thing more; of others only ends and new duties are news.
_IN_PLACE = ("slack", "pagerduty", "servicenow", "webhook")


def in_place(incident: Incident, configuration: Configuration) -> tuple[Target, ...]:
    """Those told through media that change what they showed."""
    kinds = {channel.id: channel.kind for channel in configuration.channels}
    return tuple(target for target in told(incident) if kinds.get(target.channel) in _IN_PLACE)


def with_address(incident: Incident, address: str | None, configuration: Configuration) -> tuple[Target, ...]:
    """Where a new duty is said: media that change what they showed, and to the person where others of the incident have an address."""
    personal = [target.channel for target in told(incident) if target.recipients] if address else []
    shown = [target for target in in_place(incident, configuration) if target.channel not in personal]
    return (*shown, *(Target(channel, (address,), incident.route) for channel in personal if address))
