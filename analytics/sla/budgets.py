"""Error budgets, burn rates and what they rest on."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from analytics.context import Context
from analytics.sla import definitions, judging, registry, windows
from analytics.sla.budget_rows import Budget, Excluded, Piece, Tier, Why
from analytics.sla.judgement import Judged, judge
from analytics.sla.registry import Registry
from analytics.sla.rows import SlaState
from domain.slas import CompositeSla, Sla
from store.query import Query

_PIECES = Query.beside(__file__, "pieces.sql")
_RECOUNTED = Query.beside(__file__, "recounted.sql")
_APPLIED = Query.beside(__file__, "exclusions_applied.sql")
_HOUR, _DAY = 3600, 86400


class NoSuchSla(LookupError):
    """Names an SLA that is not configured, or that has no slices of its own."""


def budgets(context: Context, *, sla_id: str | None = None) -> tuple[Budget, ...]:
    """The budget of every SLA (or one) over its own window, now; least left first, those without data last.

    A promise is kept or broken as a whole: figures are of all facilities, whoever asks. Raises NoSuchSla.
    """
    known = registry.ensure(context)
    if sla_id is not None:
        _expect(known, sla_id)
    rows = judge(context, known, only=() if sla_id is None else (sla_id,))
    found = [_budget(context, known.slas[row["sla_id"]], row) for row in rows]
    return tuple(sorted(found, key=lambda row: (row.left is None, row.left or 0.0, row.sla_id)))


def why(context: Context, sla_id: str) -> Why:
    """What the budget of an SLA rests on, and the same counted again from the minute record. Raises NoSuchSla, for a composite too."""
    known = registry.ensure(context)
    sla = _expect(known, sla_id)
    if isinstance(sla, CompositeSla):
        parts = ", ".join(part.sla for part in sla.parts)
        raise NoSuchSla(f'SLA "{sla_id}" is a mean of others and has no slices; ask about {parts}')
    (row,) = judge(context, known, only=(sla_id,))
    begins, ends = row["begins"], windows.at(context.now, (sla,)).end
    of = windows.slots((begins, ends))
    pieces = context.store.rows(
        _PIECES, Piece, slo=row["slo"], begins=begins, ends=ends, minutes=list(of.minutes), fives=list(of.fives), hours=list(of.hours)
    )  # fmt: skip
    recounted = _recount(context, sla, row, begins, ends)
    good, total = row["good"][0], row["total"][0]
    return Why(
        sla_id=sla_id,
        begins=_at(begins),
        ends=_at(ends),
        good=good,
        total=total,
        pieces=pieces,
        exclusions=tuple(_exclusions(context, sla_id, begins, ends)),
        recounted_good=recounted["good"],
        recounted_total=recounted["total"],
        agrees=(good, total) == (recounted["good"], recounted["total"]) == _sums(pieces),
    )


def _recount(context: Context, sla: Sla, row: Judged, begins: int, ends: int) -> dict[str, Any]:
    length = int(sla.slice_length.total_seconds())
    # A slice belongs to the window in which it begins.
    first = -(-begins // length) * length if row["method"] else begins
    return context.store.records(
        _RECOUNTED,
        sla_id=sla.id,
        generation=row["generation"],
        begins=first,
        ends=ends,
        filled_until=ends - 60,
        method=row["method"],
        slice_seconds=length,
        slice_ppb=definitions.parts_per_billion(sla.slice_target or 1.0),
        no_data=sla.no_data.value,
    )[0]


def _exclusions(context: Context, sla_id: str, begins: int, ends: int) -> Iterator[Excluded]:
    rows = context.store.records(_APPLIED, start=_at(begins), end=_at(ends))
    for row in sorted(rows, key=lambda one: (one["start"], one["exclusion_id"])):
        if row["sla_id"] == sla_id and row["active"]:
            yield Excluded(row["start"], row["end"], row["exclusion_id"], row["name"], row["party"])


def _sums(pieces: tuple[Piece, ...]) -> tuple[int, int]:
    return sum(piece.budget_good for piece in pieces), sum(piece.budget_total for piece in pieces)


def _budget(context: Context, sla: Sla, row: Judged) -> Budget:
    good, total = row["good"][0], row["total"][0]
    left = judging.budget_left(good, total, sla.target)
    tiers = tuple(_tiers(row))
    return Budget(
        sla_id=sla.id,
        name=sla.name,
        kind=sla.kind,
        budgeting=sla.budgeting.value,
        party=sla.party.value if sla.party else "",
        target=sla.target,
        begins=_at(row["begins"]),
        ends=_at(row["ends"]),
        good=good,
        total=total,
        attained=judging.share(good, total),
        left=left,
        consumed=None if left is None else 1 - left,
        exhausted_in_seconds=exhausted_in(left, _pace(tiers), sla.window.total_seconds()),
        certain=bool(row["certain"]),
        coverage=row["coverage"][0],
        frozen=row["frozen"],
        state=SlaState(row["state"]),
        tiers=tiers,
        promise=definitions.promise(sla, context.configuration),
    )


def exhausted_in(left: float | None, burn: float | None, window_seconds: float) -> float | None:
    """Seconds until a budget is spent at burn rate `burn`: left × window / burn; 0 when it is spent, None when nothing burns."""
    if left is None or (left > 0 and not burn):
        return None
    return max(0.0, left * window_seconds / burn) if burn else 0.0


def _pace(tiers: tuple[Tier, ...]) -> float | None:
    """The burn rate of the last hour, else of the last day."""
    by_length = {tier.long_seconds: tier.long_burn for tier in tiers}
    hour = by_length.get(_HOUR)
    return hour if hour is not None else by_length.get(_DAY)


def _tiers(row: Judged) -> Iterator[Tier]:
    count = len(row["tier_names"])
    for n, name in enumerate(row["tier_names"]):
        long, short = n + 1, n + 1 + count
        yield Tier(
            name=name,
            long_seconds=row["tier_long"][n],
            short_seconds=row["tier_short"][n],
            threshold=row["tier_burn"][n],
            long_burn=_figure(row["burns"][long]),
            short_burn=_figure(row["burns"][short]),
            bad=row["total"][long] - row["good"][long],
            total=row["total"][long],
            firing=name in row["firing"],
            frozen=bool(row["tier_frozen"][n]),
        )


def _figure(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _expect(known: Registry, sla_id: str) -> Sla:
    if sla_id not in known.slas:
        raise NoSuchSla(f'SLA "{sla_id}" is not configured; known are {", ".join(sorted(known.slas)[:12])}')
    return known.slas[sla_id]


def _at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
