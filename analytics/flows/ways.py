"""The ways instances go: whose clock runs, which step holds them up, the orders in which steps are reached, and what is done twice."""

from __future__ import annotations

from typing import Any

from analytics.context import Context
from analytics.flows.plan import names, over_stored, parameters
from analytics.flows.way_rows import PartyTime, Rework, StageShare, Variant
from domain.flows import Flow
from domain.interval import Interval

_ATTRIBUTION = over_stored("attribution.sql")
_SHARES = over_stored("stage_shares.sql")
_VARIANTS = over_stored("variants.sql")
_REWORK = over_stored("rework.sql")


def attribution(context: Context, interval: Interval, flow: str) -> tuple[PartyTime, ...]:
    """Seconds by the party waited for, most first, over the lives of instances completed in the interval. Unknown flow: none.

    Every second from start to completion is of exactly one party: that of the highest step attempted and not yet reached, else of
    the first required one not yet reached. While it is another party's, one's own clock stands still.
    """
    configured = context.configuration.flow(flow)
    if configured is None:
        return ()
    names = sorted({m.party.value for m in configured.milestones})
    parties = {"names": names, "own_steps": [[int(m.party.value == name) for m in configured.milestones] for name in names]}
    rows = context.store.records(_ATTRIBUTION, **parameters(context, interval, configured), **parties)
    whole = sum(row["seconds"] for row in rows)
    return tuple(_party(flow, row, whole) for row in rows if row["seconds"] or row["open_seconds"])


def _party(flow: str, row: dict[str, Any], whole: float) -> PartyTime:
    median, p90 = row["quantiles"] if row["instances"] else (None, None)
    return PartyTime(
        flow, row["party"], row["instances"], row["seconds"], row["business_seconds"], row["seconds"] / whole if whole else None,
        median, p90, row["open_instances"], row["open_seconds"], row["open_business_seconds"],
    )  # fmt: skip


def bottleneck(context: Context, interval: Interval, flow: str) -> tuple[StageShare, ...]:
    """What completed instances waited for, the longest in all first, beside the interval before. Unknown flow: none."""
    configured = context.configuration.flow(flow)
    if configured is None:
        return ()
    now, before = (
        context.store.records(_SHARES, **parameters(context, asked, configured)) for asked in (interval, interval.before())
    )
    previous, wholes = {row["step"]: row for row in before}, (_whole(now), _whole(before))
    return tuple(_share(configured, row, previous.get(row["step"]), wholes) for row in now if row["seconds"])


def _whole(rows: list[dict[str, Any]]) -> float:
    return float(sum(row["seconds"] for row in rows))


def _share(flow: Flow, row: dict[str, Any], before: dict[str, Any] | None, wholes: tuple[float, float]) -> StageShare:
    step = flow.milestones[row["step"] - 1]
    median, p90 = row["quantiles"] if row["instances"] else (None, None)
    return StageShare(
        flow.id, step.id, step.party.value, row["instances"], row["seconds"], row["business_seconds"], row["seconds"] / wholes[0],
        median, p90, before["seconds"] / wholes[1] if before and wholes[1] else None,
        before["quantiles"][0] if before and before["instances"] else None,
    )  # fmt: skip


def variants(context: Context, interval: Interval, flow: str, *, limit: int = 50) -> tuple[Variant, ...]:
    """Orders in which completed instances reached their steps, the most frequent first. Unknown flow: none."""
    configured = context.configuration.flow(flow)
    if configured is None:
        return ()
    rows = context.store.records(_VARIANTS, **parameters(context, interval, configured), limit=limit)
    return tuple(_variant(configured, row) for row in rows)


def _variant(flow: Flow, row: dict[str, Any]) -> Variant:
    path = list(row["path"])
    firsts = list(dict.fromkeys(path))
    required = [n for n, m in enumerate(flow.milestones, 1) if not m.optional]
    last = max((n for n in required if flow.milestones[n - 1].id == flow.completes_at), default=len(flow.milestones))
    median, p90 = row["quantiles"]
    return Variant(
        flow=flow.id,
        milestones=names(flow, path),
        instances=row["instances"],
        share=row["instances"] / row["of_all"],
        median_seconds=median,
        p90_seconds=p90,
        skipped=names(flow, (n for n in required if n not in path and n < last)),
        repeated=names(flow, (n for n in firsts if path.count(n) > 1)),
        in_order=firsts == sorted(firsts),
        example=tuple(row["newest"]),
    )


def rework(context: Context, interval: Interval, flow: str) -> tuple[Rework, ...]:
    """Steps reached more than once or refused first, by instances concerned. Unknown flow: none."""
    configured = context.configuration.flow(flow)
    if configured is None:
        return ()
    rows = context.store.records(_REWORK, **parameters(context, interval, configured))
    return tuple(_rework(configured, row) for row in rows)


def _rework(flow: Flow, row: dict[str, Any]) -> Rework:
    median, p90 = row["lost"] if row["recovered"] else (None, None)
    return Rework(
        flow.id, flow.milestones[row["step"] - 1].id, row["repeated_instances"], row["repeats"], row["refused_instances"],
        row["refusals_in_all"], row["recovered"], median, p90,
    )  # fmt: skip
