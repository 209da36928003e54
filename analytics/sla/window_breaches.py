"""Breaches of whole SLAs: from the minute the share over the rolling window falls below target until it is back."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from analytics import words
from analytics.context import Context
from analytics.sla import definitions, facts
from analytics.sla.facts import Fact
from domain.slas import FreshnessSla, LatencySla, RatioSla
from store.query import Query

_UNSETTLED = Query.beside(__file__, "unsettled.sql")
_EXCURSIONS = Query.beside(__file__, "excursions.sql")
_RECORDED = Query.beside(__file__, "window_breaches.sql")
_FAILURES = Query.beside(__file__, "interface_failures.sql")
_CAUSES_BEFORE = timedelta(hours=1)

WindowSla = RatioSla | LatencySla | FreshnessSla


@dataclass(frozen=True, slots=True)
class Excursion:
    """A stretch below target; `closed` None: not over. good and total: in the window when it began."""

    opened: datetime
    closed: datetime | None
    good: int
    total: int


def changes(context: Context, since: datetime) -> list[Fact]:
    """Facts that slices now call for and that are not recorded yet; history measured after `since` is walked again."""
    slas = _unsettled(context, since)
    if not slas:
        return []
    current = {sla.id: definitions.generation(sla, context.configuration) for sla in slas}
    longest = max(sla.window for sla in slas)
    excursions = _excursions(context, slas, current, longest)
    recorded = defaultdict(list)
    oldest = context.now - 2 * longest
    rows = context.store.records(_RECORDED, sla_ids=list(current), generations=sorted(set(current.values())), oldest=oldest)
    for row in rows:
        recorded[row["sla_id"]].append(row)
    found: list[Fact] = []
    for sla in slas:
        identity = {"sla_id": sla.id, "generation": current[sla.id], "subject": "", "facility_id": ""}
        found += _reconciled(context, sla, identity, excursions[sla.id], recorded[sla.id])
    return found


def _unsettled(context: Context, since: datetime) -> list[WindowSla]:
    """Only these are walked minute by minute: most of the time the record already says what the windows say."""
    slas = [sla for sla in context.configuration.slas if isinstance(sla, RatioSla | LatencySla | FreshnessSla)]
    if not slas:
        return []
    rows = context.store.records(
        _UNSETTLED,
        sla_ids=[sla.id for sla in slas],
        generations=[definitions.generation(sla, context.configuration) for sla in slas],
        windows=[int(sla.window.total_seconds()) for sla in slas],
        targets=[definitions.parts_per_billion(sla.target) for sla in slas],
        oldest=context.now - max(sla.window for sla in slas),
        since=since,
        now=context.now,
    )
    unsettled = {row["sla_id"] for row in rows}
    return [sla for sla in slas if sla.id in unsettled]


def _excursions(
    context: Context, slas: Sequence[WindowSla], generations: Mapping[str, str], longest: timedelta
) -> dict[str, list[Excursion]]:
    rows = context.store.records(
        _EXCURSIONS,
        sla_ids=[sla.id for sla in slas],
        generations=[generations[sla.id] for sla in slas],
        windows=[int(sla.window.total_seconds()) for sla in slas],
        targets=[definitions.parts_per_billion(sla.target) for sla in slas],
        oldest=context.now - 2 * longest,
        now=context.now,
    )
    found: dict[str, list[Excursion]] = defaultdict(list)
    for row in rows:
        stretches = found[row["sla_id"]]
        if row["below"]:
            stretches.append(Excursion(row["at"], None, row["good"], row["total"]))
        elif stretches:
            begun = stretches.pop()
            stretches.append(Excursion(begun.opened, row["at"], begun.good, begun.total))
    return found


def _reconciled(
    context: Context,
    sla: WindowSla,
    identity: Mapping[str, str],
    excursions: Sequence[Excursion],
    recorded: Sequence[Mapping[str, Any]],
) -> list[Fact]:
    """Facts are never rewritten: an excursion that overlaps a recorded breach is that breach, told with less data."""
    found: list[Fact] = []
    below_now = next((e for e in excursions if e.closed is None), None)
    still_open = [row for row in recorded if row["closed"] is None]
    if below_now is None:
        found += [_close(context, sla, identity, row, excursions) for row in still_open]
    for excursion in excursions:
        overlapping = [row for row in recorded if _overlap(excursion, row)]
        if excursion is below_now and not still_open:
            begins = max([excursion.opened, *(row["closed"] for row in overlapping)])
            found += _open(context, sla, identity, Excursion(begins, None, excursion.good, excursion.total))
        elif not overlapping:
            found += _open(context, sla, identity, excursion)
    return found


def _overlap(excursion: Excursion, row: Mapping[str, Any]) -> bool:
    begins_before_its_end = row["closed"] is None or excursion.opened <= row["closed"]
    return begins_before_its_end and (excursion.closed is None or row["opened"] <= excursion.closed)


def _open(context: Context, sla: WindowSla, identity: Mapping[str, str], excursion: Excursion) -> list[Fact]:
    text = f"{identity['sla_id']}|{identity['generation']}|{excursion.opened.timestamp()}"
    breach = {**identity, "breach_id": hashlib.sha256(text.encode()).hexdigest()[:32]}
    attained = words.percent(excursion.good / excursion.total, sla.target)
    reason = f"{attained} over the window ({excursion.good:,} of {excursion.total:,}); promised: {definitions.promise(sla, context.configuration)}"
    start, end = excursion.opened - _CAUSES_BEFORE, excursion.opened + timedelta(minutes=1)
    causes = context.store.records(_FAILURES, interface=sla.interface, start=start, end=end)[0]
    attributes = {"interface": sla.interface, "failure_class": next(iter(causes["classes"]), "")}
    begun = facts.opened(context, breach, excursion.opened, reason, sorted(causes["correlations"]), attributes)
    return [begun] if excursion.closed is None else [begun, facts.closed(context, breach, excursion.closed, "back at its target")]


def _close(
    context: Context, sla: WindowSla, identity: Mapping[str, str], row: Mapping[str, Any], excursions: Sequence[Excursion]
) -> Fact:
    breach = {**identity, "breach_id": row["breach_id"]}
    ends = [e.closed for e in excursions if e.closed is not None and e.closed > row["opened"]]
    if ends:
        return facts.closed(context, breach, max(ends), "back at its target")
    horizon = context.now - sla.window
    if row["opened"] < horizon:
        return facts.closed(context, breach, horizon, "back at its target")
    return facts.closed(context, breach, row["opened"], "evidence received later shows that the target was met", withdrawn=True)
