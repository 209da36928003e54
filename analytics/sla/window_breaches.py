"""Breaches of whole SLAs: from the minute the share over the window falls below target until it is back."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from analytics import words
from analytics.context import Context
from analytics.sla import definitions, facts, progress
from analytics.sla.facts import Fact
from analytics.sla.judgement import Judged
from analytics.sla.registry import Registry
from domain.slas import CompositeSla, Sla
from store.query import Query

_TOUCHED = Query.beside(__file__, "touched_since.sql")
_NEWEST = Query.beside(__file__, "newest_touched.sql")
_EXCURSIONS = Query.beside(__file__, "excursions.sql")
_RECORDED = Query.beside(__file__, "window_breaches.sql")
_FAILURES = Query.beside(__file__, "interface_failures.sql")
_CAUSES_BEFORE = timedelta(hours=1)
_WALKED, _JUDGED = progress.job_of("breaches", "walked"), progress.job_of("breaches", "judged")
# Judged this often, a change has its minute; after a longer pause the minutes are walked.
_PAUSE = timedelta(minutes=2)
_COVERED = 0.9


@dataclass(frozen=True, slots=True)
class Excursion:
    """A stretch below target; `closed` None: not over. good and total: in the window when it began."""

    opened: datetime
    closed: datetime | None
    good: int
    total: int


@dataclass
class Ledger:
    """What is to be recorded: stretches to open, each with its SLA and identity, and facts that close."""

    openings: list[tuple[Sla, Mapping[str, Any], Excursion]] = field(default_factory=list)
    closings: list[Fact] = field(default_factory=list)


def changes(context: Context, registry: Registry, judged: Sequence[Judged]) -> list[Fact]:
    """Facts that the windows now call for and that are not recorded yet.

    An SLA whose judgement disagrees with the record changed this minute, if it was judged just before; otherwise, and
    where its past was counted again, its minutes are walked. One that is hardly covered is left as it is.
    """
    known = progress.watermarks(context)
    changed = {row["sla_id"]: row for row in judged if row["by_window"] and _disagrees(row)}
    walk = _recounted(context, registry, known.get(_WALKED, progress.NEVER))
    if context.now - known.get(_JUDGED, progress.NEVER) > _PAUSE:
        walk |= {id for id in changed if not isinstance(registry.slas[id], CompositeSla)}
    ledger = Ledger()
    _walk(context, registry, sorted(walk), ledger)
    for sla_id, row in changed.items():
        if sla_id not in walk:
            _turn(context, registry.slas[sla_id], row, ledger)
    return [*_opened(context, ledger.openings), *ledger.closings]


def looked(context: Context) -> None:
    """Remember how far breaches follow what was counted; call it after the facts are in."""
    newest: datetime = context.store.value(_NEWEST)
    progress.record_jobs(context, {_WALKED: newest, _JUDGED: context.now})


def _disagrees(row: Judged) -> bool:
    return bool(row["below"]) != bool(row["open_breach"]) and row["coverage"][0] >= _COVERED


def _recounted(context: Context, registry: Registry, since: datetime) -> set[str]:
    rows = context.store.records(_TOUCHED, since=since, now=context.now)
    found = {registry.ids[row["slo"]] for row in rows if row["slo"] in registry.ids}
    return {id for id in found if registry.by_window(id) and not isinstance(registry.slas[id], CompositeSla)}


def _turn(context: Context, sla: Sla, row: Judged, ledger: Ledger) -> None:
    """Below target, or back, since this minute."""
    minute = context.now.replace(second=0, microsecond=0)
    if row["below"]:
        ledger.openings.append((sla, _identity(sla, row["generation"]), Excursion(minute, None, row["good"][0], row["total"][0])))
    else:
        breach = {**_identity(sla, row["generation"]), "breach_id": row["open_breach"]}
        ledger.closings.append(facts.closed(context, breach, minute, "back at its target"))


def _walk(context: Context, registry: Registry, ids: Sequence[str], ledger: Ledger) -> None:
    if not ids:
        return
    slas = [registry.slas[id] for id in ids]
    longest = max(sla.window for sla in slas)
    excursions = _excursions(context, registry, slas, longest)
    recorded = defaultdict(list)
    generations = {sla.id: definitions.generation(sla, context.configuration) for sla in slas}
    rows = context.store.records(
        _RECORDED, sla_ids=list(ids), generations=sorted(set(generations.values())), oldest=context.now - 2 * longest
    )
    for row in rows:
        recorded[row["sla_id"]].append(row)
    for sla in slas:
        _reconcile(context, sla, _identity(sla, generations[sla.id]), excursions[sla.id], recorded[sla.id], ledger)


def _excursions(context: Context, registry: Registry, slas: Sequence[Sla], longest: timedelta) -> dict[str, list[Excursion]]:
    oldest = context.now - 2 * longest
    aligned = {sla.aligned.model_dump_json(): sla.aligned for sla in slas if sla.aligned is not None}
    bounds = [[int(end.timestamp()) for end in one.boundaries(oldest, context.now)] for one in aligned.values()]
    rows = context.store.records(
        _EXCURSIONS,
        revision=registry.revision,
        slos=[registry.numbers[sla.id] for sla in slas],
        aligned_keys=list(aligned),
        aligned_bounds=bounds,
        oldest=oldest,
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


def _reconcile(
    context: Context, sla: Sla, identity: Mapping[str, str], excursions: Sequence[Excursion], recorded: Sequence[Mapping[str, Any]], ledger: Ledger
) -> None:  # fmt: skip
    """Facts are never rewritten: an excursion that overlaps a recorded breach is that breach, told with less data."""
    below_now = next((e for e in excursions if e.closed is None), None)
    still_open = [row for row in recorded if row["closed"] is None]
    if below_now is None:
        ledger.closings += [_close(context, sla, identity, row, excursions) for row in still_open]
    for excursion in excursions:
        overlapping = [row for row in recorded if _overlap(excursion, row)]
        if excursion is below_now and not still_open:
            begins = max([excursion.opened, *(row["closed"] for row in overlapping)])
            ledger.openings.append((sla, identity, Excursion(begins, None, excursion.good, excursion.total)))
        elif not overlapping:
            ledger.openings.append((sla, identity, excursion))


def _overlap(excursion: Excursion, row: Mapping[str, Any]) -> bool:
    begins_before_its_end = row["closed"] is None or excursion.opened <= row["closed"]
    return begins_before_its_end and (excursion.closed is None or row["opened"] <= excursion.closed)


def _opened(context: Context, openings: Sequence[tuple[Sla, Mapping[str, Any], Excursion]]) -> list[Fact]:
    if not openings:
        return []
    starts = [excursion.opened - _CAUSES_BEFORE for _, _, excursion in openings]
    ends = [excursion.opened + timedelta(minutes=1) for _, _, excursion in openings]
    interfaces = [str(getattr(sla, "interface", "")) for sla, _, _ in openings]
    rows = context.store.records(
        _FAILURES, numbers=list(range(len(openings))), interfaces=interfaces, starts=starts, ends=ends, start=min(starts), end=max(ends)
    )  # fmt: skip
    causes = {row["number"]: row for row in rows}
    return [fact for n, opening in enumerate(openings) for fact in _open(context, *opening, causes.get(n, {}))]


def _open(context: Context, sla: Sla, identity: Mapping[str, Any], excursion: Excursion, causes: Mapping[str, Any]) -> list[Fact]:
    text = f"{identity['sla_id']}|{identity['generation']}|{excursion.opened.timestamp()}"
    breach = {**identity, "breach_id": hashlib.sha256(text.encode()).hexdigest()[:32]}
    attained = words.percent(excursion.good / excursion.total, sla.target)
    promise = definitions.promise(sla, context.configuration)
    reason = f"{attained} over the window ({excursion.good:,} of {excursion.total:,}); promised: {promise}"
    attributes = {
        "interface": str(getattr(sla, "interface", "")),
        "failure_class": next(iter(causes.get("classes", ())), ""),
        "party": sla.party.value if sla.party else "",
        "service": sla.service,
        "budgeting": sla.budgeting.value,
    }
    begun = facts.opened(context, breach, excursion.opened, reason, sorted(causes.get("correlations", ())), attributes)
    return [begun] if excursion.closed is None else [begun, facts.closed(context, breach, excursion.closed, "back at its target")]


def _close(
    context: Context, sla: Sla, identity: Mapping[str, Any], row: Mapping[str, Any], excursions: Sequence[Excursion]
) -> Fact:
    breach = {**identity, "breach_id": row["breach_id"]}
    ends = [e.closed for e in excursions if e.closed is not None and e.closed > row["opened"]]
    if ends:
        return facts.closed(context, breach, max(ends), "back at its target")
    horizon = context.now - sla.window
    if row["opened"] < horizon:
        return facts.closed(context, breach, horizon, "back at its target")
    return facts.closed(context, breach, row["opened"], "evidence received later shows that the target was met", withdrawn=True)


def _identity(sla: Sla, generation: str) -> dict[str, str]:
    return {"sla_id": sla.id, "generation": generation, "subject": "", "facility_id": ""}
