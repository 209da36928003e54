"""What a report's entry can still get wrong."""

from __future__ import annotations

import zoneinfo
from typing import Any

from domain.problems import did_you_mean
from domain.reports import AudienceKind, ReportAudience
from domain.source import Place, Source

_OF = {"supplier": AudienceKind.SUPPLIER, "facility": AudienceKind.FACILITY, "partner": AudienceKind.PARTNER}


def check_report(source: Source, place: Place, entry: ReportAudience, configured: dict[str, Any]) -> None:
    """`configured` is every section's valid entries."""
    for field, kind in _OF.items():
        if getattr(entry, field) is not None and entry.audience is not kind:
            remedy = f"Write audience: {kind.value}, or remove {field}"
            source.problem((*place, field), f"has no meaning for the audience {entry.audience.value}", remedy)
    if entry.audience is AudienceKind.PARTNER and entry.partner is None:
        source.problem(place, "does not say which partner it is about", "Add partner: gpo, or partner: gateway")
    if entry.time_zone is not None and entry.time_zone not in zoneinfo.available_timezones():
        near = did_you_mean(entry.time_zone, sorted(zoneinfo.available_timezones()))
        remedy = near if near.startswith("Did") else "Write an IANA name, for example America/Chicago"
        source.problem((*place, "time_zone"), "is not a time zone", remedy)
    _calendar_opens(source, place, entry, configured)
    _channel_takes_pages(source, place, entry, configured)


def _calendar_opens(source: Source, place: Place, entry: ReportAudience, configured: dict[str, Any]) -> None:
    calendar = next((one for _, one in configured["calendars"] if one.id == entry.calendar), None)
    if calendar is not None and not (calendar.always_open or calendar.weekly or calendar.open):
        source.problem((*place, "calendar"), "never opens, so the report would never be sent", "Name a calendar with hours")


def _channel_takes_pages(source: Source, place: Place, entry: ReportAudience, configured: dict[str, Any]) -> None:
    channel = next((one for _, one in configured["channels"] if one.id == entry.channel), None)
    if channel is not None and channel.kind != "email":
        mail = [one.id for _, one in configured["channels"] if one.kind == "email"]
        remedy = f"Name one of kind email: {', '.join(mail)}" if mail else "Add a channel of kind email and name it"
        source.problem((*place, "channel"), f"is of kind {channel.kind}, which takes no report", remedy)
