"""What a well-typed promise or exclusion can still get wrong."""

from __future__ import annotations

import zoneinfo
from datetime import timedelta
from functools import cache

from domain.budgets import Budgeting, NoData
from domain.exclusions import Exclusion
from domain.slas import AcknowledgementSla, BatchDeadlineSla, CompletenessSla, CompositeSla, CycleTimeSla, ExternalSla, SlaBase
from domain.source import Place, Source

_HOUR, _MINUTE = timedelta(hours=1), timedelta(minutes=1)
_SPARSE = (CycleTimeSla, BatchDeadlineSla, CompletenessSla, AcknowledgementSla, CompositeSla, ExternalSla)


def check_sla(source: Source, place: Place, entry: SlaBase) -> None:
    """Window, slices, tiers, owner and the meaning of silence."""
    if entry.window > timedelta(days=366):
        source.problem(
            (*place, "window"), "is longer than a year", "Minute records are kept for the longest window; write at most 366d"
        )
    if not entry.owner and not entry.service:
        source.problem((*place, "owner"), "is missing", 'Add "owner: …"')
    if entry.no_data in (NoData.BAD, NoData.GOOD) and isinstance(entry, _SPARSE):
        source.problem((*place, "no_data"), "means nothing for single cases", "Cases are few: write exclude or freeze")
    _window(source, place, entry)
    _slices(source, place, entry)
    for n, tier in enumerate(entry.tiers):
        if tier.short > tier.long:
            source.problem((*place, "tiers", n, "short"), "is longer than the long window", "Swap short and long")
        if (tier.budget_share is None) == (tier.factor is None):
            source.problem((*place, "tiers", n), "needs one threshold", "Give either budget_share: 0.02 or factor: 14.4")
        if tier.long % _MINUTE or tier.short % _MINUTE:
            source.problem((*place, "tiers", n), "has a window of broken minutes", "Slices are minutes: write whole ones")


def check_exclusion(source: Source, place: Place, entry: Exclusion) -> None:
    if entry.time_zone not in _zones():
        source.problem((*place, "time_zone"), "is not a time zone", "Write an IANA name, for example America/Chicago")
    elif problem := entry.problem():
        source.problem(place, problem, "Give start and end, or start, lasts and rule: FREQ=WEEKLY;BYDAY=SU")


def _window(source: Source, place: Place, entry: SlaBase) -> None:
    if entry.window % _MINUTE:
        source.problem((*place, "window"), "has broken minutes", "Slices are minutes: write whole ones")
    if entry.aligned is None:
        return
    if entry.aligned.time_zone not in _zones():
        source.problem((*place, "aligned", "time_zone"), "is not a time zone", "Write an IANA name, for example America/Chicago")
    if "window" in (source.at(place) or {}):
        source.problem((*place, "window"), "contradicts aligned", "Keep window for a rolling one, aligned for calendar periods")


def _slices(source: Source, place: Place, entry: SlaBase) -> None:
    if entry.budgeting is Budgeting.TIMESLICES and entry.slice_target is None:
        source.problem((*place, "slice_target"), "is missing", "Timeslices count slices that reach it: add slice_target: 0.95")
    if entry.slice_length <= timedelta(0) or entry.slice_length % _MINUTE or _HOUR % entry.slice_length:
        source.problem((*place, "slice_length"), "does not divide an hour", "Write 1m, 5m, 10m, 15m, 20m, 30m or 1h")


@cache
def _zones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())
