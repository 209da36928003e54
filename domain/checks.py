"""What a single well-typed entry can still get wrong: times, zones, holidays, patterns, secrets, order of milestones."""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from typing import Any

import holidays

from domain.alerting import Alerting
from domain.alerting_checks import check_alerting, check_condition, check_route, check_time_interval
from domain.arrivals import Arrival
from domain.audit import AuditExport
from domain.audit_checks import check_audit
from domain.batch_mappings import BatchMapping
from domain.calendars import Calendar, OpenHours
from domain.channel_checks import check_address, check_channel, check_outbound
from domain.channels import ChannelBase, Outbound
from domain.conditions import ConditionBase
from domain.configuration import Organisation
from domain.edi import EdiSettings
from domain.edi_checks import check_edi
from domain.event_mapping_checks import check_event_mapping
from domain.event_mappings import EventMapping
from domain.exclusions import Exclusion
from domain.failures import FailureRule
from domain.feed_checks import check_arrival, check_fallback, check_handover
from domain.file_checks import check_batch_mapping, check_watched_folder
from domain.files import WatchedFolder
from domain.flows import Crosswalk, Flow
from domain.handovers import Fallback, Handover
from domain.landscape import Facility, Person
from domain.mask_checks import check_mask
from domain.masking import Mask
from domain.on_call import EscalationPolicy, Schedule
from domain.on_call_checks import check_escalation, check_reachable, check_schedule
from domain.pattern_checks import check_failure_rule
from domain.poller_checks import check_poller
from domain.pollers import QueuePoller
from domain.problems import did_you_mean
from domain.report_checks import check_report
from domain.reports import ReportAudience
from domain.retention import Retention
from domain.retention_checks import check_retention
from domain.routing import Route
from domain.sla_checks import check_exclusion, check_sla
from domain.slas import CycleTimeSla, SlaBase
from domain.source import Place, Source
from domain.time_intervals import TimeInterval

_MAY_BE_ZERO = ("page_wait", "group_wait")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def check_entry(source: Source, place: Place, entry: Any, configured: dict[str, Any]) -> None:
    """Record in `source` what is wrong with one typed entry. `configured` is every section's valid entries."""
    for kind, check in _CHECKS:
        if isinstance(entry, kind):
            check(source, place, entry)
    if isinstance(entry, EventMapping):
        check_event_mapping(source, place, entry, configured)
    if isinstance(entry, ReportAudience):
        check_report(source, place, entry, configured)
    if isinstance(entry, Schedule):
        check_reachable(source, place, entry, configured)
    if isinstance(entry, EscalationPolicy):
        check_escalation(source, place, entry, configured)
    if isinstance(entry, CycleTimeSla):
        _milestone_order(source, place, entry, configured)
    for name in type(entry).model_fields:
        value = getattr(entry, name)
        if isinstance(value, timedelta) and value <= timedelta(0) and name not in _MAY_BE_ZERO:
            source.problem((*place, name), "is no time at all", "Write a duration above zero, for example 30m")


@cache
def _zones() -> frozenset[str]:
    """Names of all zones; asking walks the zone folders, so once is enough."""
    return frozenset(zoneinfo.available_timezones())


def _zone(source: Source, place: Place, name: str) -> None:
    if name not in _zones():
        near = did_you_mean(name, sorted(_zones()))
        source.problem(
            place, "is not a time zone", near if near.startswith("Did") else "Write an IANA name, for example America/Chicago"
        )


def _organisation(source: Source, place: Place, entry: Organisation) -> None:
    _zone(source, (*place, "time_zone"), entry.time_zone)
    if not re.fullmatch("[A-Z]{3}", entry.currency):
        source.problem((*place, "currency"), "is not a currency code", "Write three capital letters, for example USD")
    if not re.match(r"https?://[^/\s]+", entry.public_url):
        source.problem(
            (*place, "public_url"),
            "is not a web address",
            "Write it as people open it, for example https://supplyscope.example.org",
        )
    if entry.story_depth < 1:
        source.problem((*place, "story_depth"), "follows no key at all", "Write 1 or more; 3 suits most")


def _facility(source: Source, place: Place, entry: Facility) -> None:
    _zone(source, (*place, "time_zone"), entry.time_zone)


def _person(source: Source, place: Place, entry: Person) -> None:
    if entry.email is not None:
        check_address(source, (*place, "email"), entry.email)


def _crosswalk(source: Source, place: Place, entry: Crosswalk) -> None:
    if entry.valid_from and entry.valid_to and entry.valid_to < entry.valid_from:
        source.problem((*place, "valid_to"), f"is before valid_from {entry.valid_from}", "Swap the two dates")
    if (entry.authority, entry.value) == (entry.other_authority, entry.other_value):
        source.problem(place, "links a value to itself", "Name the other value, or remove the entry")


def _flow(source: Source, place: Place, entry: Flow) -> None:
    for n, milestone in enumerate(entry.milestones):
        where = (*place, "milestones", n)
        if milestone.expected_within is not None and milestone.expected_within <= timedelta(0):
            source.problem((*where, "expected_within"), "is no time at all", "Write a duration above zero, for example 30m")
        if milestone.id == entry.completes_at and milestone.optional:
            source.problem((*where, "optional"), "makes the milestone that completes the flow optional", "Remove it")
        if milestone.id in (*entry.abandoned_at, entry.proven_at) and not milestone.optional:
            source.problem(where, "must be optional: the flow completes without it", "Add optional: true")
    if len(entry.milestones) > 250:
        source.problem((*place, "milestones"), "are more than 250", "Split the flow")


def _milestone_order(source: Source, place: Place, entry: CycleTimeSla, configured: dict[str, Any]) -> None:
    flow = next((f for _, f in configured["flows"] if f.id == entry.flow), None)
    order = [m.id for m in flow.milestones] if flow else []
    if (
        entry.from_milestone in order
        and entry.to_milestone in order
        and order.index(entry.to_milestone) <= order.index(entry.from_milestone)
    ):
        source.problem(
            (*place, "to_milestone"),
            f"does not come after {entry.from_milestone} in flow {entry.flow}",
            "Swap from_milestone and to_milestone",
        )


def _calendar(source: Source, place: Place, entry: Calendar) -> None:
    _zone(source, (*place, "time_zone"), entry.time_zone)
    rest = [n for n in ("weekly", "holidays", "closed", "open") if getattr(entry, n)]
    if entry.always_open and rest:
        source.problem((*place, rest[0]), "contradicts always_open", f"Remove always_open, or remove {' and '.join(rest)}")
    if not entry.always_open and not entry.weekly:
        source.problem(place, "never opens", "Give weekly hours, or always_open: true")
    for day, hours in entry.weekly.items():
        if day not in DAYS:
            source.problem((*place, "weekly", day), "is not a day", f"Write one of {', '.join(DAYS)}")
        _hours(source, (*place, "weekly", day), hours)
    if entry.holidays is not None:
        _holidays(source, (*place, "holidays"), entry.holidays)
    for n, day_open in enumerate(entry.open):
        if day_open in entry.closed:
            source.problem((*place, "open", n), "is listed as closed, too", "Remove it from open or from closed")


def _hours(source: Source, place: Place, hours: tuple[OpenHours, ...]) -> None:
    for n, span in enumerate(hours):
        if span.end <= span.start:
            source.problem(
                (*place, n),
                "ends before it starts",
                "Split hours over midnight between the two days; the last minute is 23:59:59",
            )
        elif any(span.start < other.end and other.start < span.end for other in hours[:n]):
            source.problem((*place, n), "overlaps other hours of the same day", "Join the two")


def _schedule_holidays(source: Source, place: Place, entry: Schedule) -> None:
    if entry.holidays is not None:
        _holidays(source, (*place, "holidays"), entry.holidays)


def _holidays(source: Source, place: Place, name: str) -> None:
    country, _, subdivision = name.partition("-")
    supported = holidays.list_supported_countries()
    if country not in supported:
        source.problem(
            place,
            "is a country whose holidays are not known",
            "Write the two-letter code, for example US, or list the dates under closed",
        )
    elif subdivision and subdivision not in supported[country]:
        source.problem(place, f"is not a subdivision of {country}", did_you_mean(subdivision, list(supported[country])))


_CHECKS: tuple[tuple[type[Any], Callable[[Source, Place, Any], None]], ...] = (
    (Organisation, _organisation), (Facility, _facility), (Person, _person), (Crosswalk, _crosswalk), (Flow, _flow),
    (Calendar, _calendar), (FailureRule, check_failure_rule), (ChannelBase, check_channel), (Outbound, check_outbound), (SlaBase, check_sla), (Exclusion, check_exclusion),
    (QueuePoller, check_poller),
    (WatchedFolder, check_watched_folder), (BatchMapping, check_batch_mapping),
    (EdiSettings, check_edi),
    (Mask, check_mask),
    (Retention, check_retention), (AuditExport, check_audit),
    (ConditionBase, check_condition), (Route, check_route), (TimeInterval, check_time_interval), (Alerting, check_alerting),
    (Schedule, check_schedule), (Schedule, _schedule_holidays),
    (Arrival, check_arrival), (Handover, check_handover), (Fallback, check_fallback),
)  # fmt: skip
