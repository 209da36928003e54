"""Promises: target, actual, budget left, met, missed or no data, and the time that was excluded."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

from analytics import sla
from analytics.sla import judging
from analytics.sla.by_supplier import JudgedInstance, by_supplier
from analytics.sla.excluded import excluded, excluded_seconds
from analytics.sla.rows import SlaState, SlaStatus
from domain.configuration import Configuration
from domain.interval import Interval
from domain.reports import AudienceKind
from domain.slas import Sla
from reports.audiences import Audience
from reports.document import Column, Figure, Listing, Made, Section, Unit
from reports.sections import parties
from reports.sections.asking import Answers, Asked, Part, Values, counted, listing, plain, whole

SHOWN = {SlaState.MET: "met", SlaState.AT_RISK: "at risk", SlaState.BREACHED: "missed", SlaState.NO_DATA: "no data"}
_KEPT = ("met", "at risk")
_COLUMNS = (
    Column("sla_id", "Id", shown=False),
    Column("name", "Promise"),
    Column("promise", "In full", shown=False),
    Column("party", "Whose turn"),
    Column("state", "State"),
    Column("target", "Target", Unit.SHARE),
    Column("attained", "Actual", Unit.SHARE),
    Column("last_week", "Last week", Unit.SHARE),
    Column("four_weeks", "Four-week mean", Unit.SHARE),
    Column("year_ago", "A year ago", Unit.SHARE),
    Column("budget_left", "Budget left", Unit.SHARE),
    Column("good", "Good", Unit.COUNT, shown=False),
    Column("total", "Counted", Unit.COUNT),
    Column("excluded_seconds", "Excluded", Unit.SECONDS),
    Column("open_breaches", "Open breaches", Unit.COUNT, shown=False),
    Column("owner", "Owner"),
)
_EXCLUDED = (
    Column("sla", "Promise"),
    Column("name", "Why"),
    Column("party", "On whom"),
    Column("start", "From", Unit.TIME),
    Column("end", "Until", Unit.TIME),
    Column("seconds", "Length", Unit.SECONDS),
    Column("exclusion_id", "Id", shown=False),
    Column("sla_id", "Promise id", shown=False),
)
_JUDGED = (
    Column("sla_id", "Promise id"),
    Column("key", "Key"),
    Column("facility_id", "Facility"),
    Column("item_id", "Item"),
    Column("started", "Started", Unit.TIME),
    Column("due", "Due", Unit.TIME),
    Column("reached", "Reached", Unit.TIME),
    Column("verdict", "Verdict"),
)
RULES = (
    "Actual is good divided by counted, over the week in the organisation's time zone. A promise without anything counted has no data: it is neither met nor missed, and in no share.",
    "Budget left is 1 − (bad share ÷ (1 − target)); below zero it is overspent. At risk: met with less than a quarter of the budget left.",
    "Excluded time (planned maintenance, by minutes touched) counts for nothing, good or bad; it is listed with its reason. Overlapping exclusions count once.",
    "Something still open past its due time is bad at its due time.",
)


def measure(answers: Answers, interval: Interval, audience: Audience) -> Values:
    rows = statuses(answers, interval, audience)
    count = Counter(SHOWN[row.state] for row in rows)
    kept, missed = count["met"] + count["at risk"], count["missed"]
    values: Values = {f"sla.{row.sla_id}": row.attained for row in rows}
    return values | {
        "slas_met": kept,
        "slas_missed": missed,
        "slas_share": judging.share(kept, kept + missed),
        "slas_no_data": count["no data"],
    }


def statuses(answers: Answers, interval: Interval, audience: Audience) -> tuple[SlaStatus, ...]:
    """The promises an audience is told of, worst first."""
    rows = answers.ask(sla.status, interval)
    if audience.supplier:
        return _of_supplier(rows, answers.ask(by_supplier, interval, audience.supplier))
    promised = {one.id for one in answers.configuration.slas if concerns(one, audience, answers.configuration)}
    return tuple(row for row in rows if row.sla_id in promised)


def concerns(promise: Sla, audience: Audience, configuration: Configuration) -> bool:
    """Leadership and facilities see all; an office those that name it or nobody; a partner those that are its turn."""
    if audience.party:
        return parties.of_sla(promise, configuration) == audience.party
    if audience.kind in (AudienceKind.LEADERSHIP, AudienceKind.FACILITY):
        return True
    return not promise.audience or audience.kind.value in promise.audience


def _of_supplier(rows: tuple[SlaStatus, ...], judged: tuple[JudgedInstance, ...]) -> tuple[SlaStatus, ...]:
    """The promises that judge single instances, counted over one supplier's."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for one in judged:
        counts[one.sla_id][0] += one.verdict == "good"
        counts[one.sla_id][1] += 1
    return tuple(_recounted(row, *counts[row.sla_id]) for row in rows if row.sla_id in counts)


def _recounted(row: SlaStatus, good: int, total: int) -> SlaStatus:
    return SlaStatus(
        sla_id=row.sla_id, name=row.name, kind=row.kind, target=row.target, good=good, total=total,
        attained=judging.share(good, total), budget_left=judging.budget_left(good, total, row.target),
        state=judging.state(good, total, row.target), previous_attained=None, open_breaches=0, owner=row.owner,
        severity=row.severity, promise=row.promise,
    )  # fmt: skip


def build(asked: Asked) -> Part:
    rows = statuses(asked.answers, asked.interval, asked.audience)
    out = tuple(one for one in asked.answers.ask(excluded, asked.interval) if one.sla_id in {row.sla_id for row in rows})
    names = {row.sla_id: row.name for row in rows}
    lists = [listing("slas", "Service levels", _COLUMNS, (_row(asked, row, out) for row in rows), key=("sla_id",), compared=True)]
    if out:
        shown = (
            {**plain(one), "sla": names[one.sla_id], "party": parties.name(one.party), "seconds": one.seconds} for one in out
        )
        lists.append(listing("excluded", "Excluded time", _EXCLUDED, shown, key=("sla_id", "exclusion_id", "start")))
    if asked.audience.supplier:
        lists.append(_judged(asked))
    shown_lists = tuple((one.id, 60) for one in lists if one.id != "judged")
    section = Section("slas", _title(asked), chart="slas", listings=shown_lists)
    return Part(section, _figures(asked), tuple(lists), RULES)


def _row(asked: Asked, row: SlaStatus, out: tuple[Any, ...]) -> dict[str, Any]:
    configured = asked.configuration.sla(row.sla_id)
    party = parties.of_sla(configured, asked.configuration) if configured else "us"
    return {
        **plain(row), **asked.compared(f"sla.{row.sla_id}"), "party": parties.name(party), "state": SHOWN[row.state],
        "owner": parties.person(row.owner, asked.configuration), "excluded_seconds": excluded_seconds(out, row.sla_id),
    }  # fmt: skip


def _judged(asked: Asked) -> Listing:
    rows = asked.answers.ask(by_supplier, asked.interval, asked.audience.supplier)
    return listing("judged", "Instances judged", _JUDGED, map(plain, rows), key=("sla_id", "key", "facility_id", "item_id"))


def _figures(asked: Asked) -> tuple[Figure, ...]:
    share = Made("slas", "share", where=(("state", (*_KEPT, "missed")),), good=(("state", _KEPT),))
    met, missed = Made("slas", where=(("state", _KEPT),)), Made("slas", where=(("state", ("missed",)),))
    return (
        asked.figure("slas_share", "SLAs met, of those with data", Unit.SHARE, share, "up", tile=True),
        asked.figure("slas_met", "SLAs met", Unit.COUNT, met, "up"),
        asked.figure("slas_missed", "SLAs missed", Unit.COUNT, missed, "down"),
    )


def _title(asked: Asked) -> str:
    met, missed, silent = (whole(asked.value(name)) for name in ("slas_met", "slas_missed", "slas_no_data"))
    if not met + missed:
        return "No SLA has data this week"
    without = f"; {silent:,} without data" if silent else ""
    if missed:
        return f"{missed:,} of {counted(met + missed, 'SLA')} missed{without}"
    return f"All {counted(met, 'SLA')} with data met{without}"
