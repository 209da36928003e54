"""All SLAs judged at once: budgets, burn rates, tiers, states; what changed is recorded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from analytics.context import Context
from analytics.sla import windows
from analytics.sla.registry import Registry
from store.query import Query

_JUDGED = Query.beside(__file__, "judged.sql")
_OBSERVED = Query.beside(__file__, "observed_since.sql")

Judged = dict[str, Any]


def judge(context: Context, registry: Registry, *, only_changed: bool = False, only: Sequence[str] = ()) -> list[Judged]:
    """Each SLA's counts over its windows and what follows from them, now; `only` some, or only those whose judgement changed.

    good, total, burns and coverage hold the budget window first, then the tiers' long windows, then their short ones.
    """
    if not registry.numbers:
        return []
    of = windows.at(context.now, registry.slas.values())
    coverage = _coverage(context, of)
    return context.store.records(
        _JUDGED,
        revision=registry.revision,
        end=of.end,
        starts=list(of.starts),
        coverages=[coverage[start] for start in of.starts],
        aligned_keys=list(of.aligned),
        aligned_starts=[begins for begins, _ in of.aligned.values()],
        aligned_ends=[ends for _, ends in of.aligned.values()],
        minutes=list(of.slots.minutes),
        fives=list(of.slots.fives),
        hours=list(of.slots.hours),
        edges=list(of.slots.edges),
        only=[registry.numbers[id] for id in only],
        only_changed=int(only_changed),
    )


def record(context: Context, judged: Sequence[Judged]) -> None:
    """What an SLA's judgement became, from now on."""
    context.store.insert(
        "sla_states",
        [
            {"slo": row["slo"], "at": context.now, "state": row["state"], "firing": row["firing"], "frozen": row["frozen"],
             "consumed": row["consumed"], "certain": row["certain"]}
            for row in judged
        ],
    )  # fmt: skip


def _coverage(context: Context, of: windows.Windows) -> dict[int, float]:
    """Window start → share of its minutes in which Supplyscope was receiving; 1 where nothing tells, and before it first ran."""
    rows = context.store.records(_OBSERVED, starts=list(of.starts), oldest=min(of.starts), end=of.end)
    seen = {row["start"]: min(1.0, row["seen"] / row["possible"]) for row in rows if row["possible"] > 0}
    return {start: seen.get(start, 1.0) for start in of.starts}
