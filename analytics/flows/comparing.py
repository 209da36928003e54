"""Facilities and suppliers against one another and against the interval before, with how sure that is."""

from __future__ import annotations

from math import sqrt
from typing import Any, Literal

from analytics.context import Context
from analytics.flows.plan import over_stored, parameters
from analytics.flows.way_rows import Comparison
from domain.interval import Interval

_COMPARED = over_stored("comparison.sql")
_Z = 1.96  # of the standard normal distribution, for 95 %

Row = dict[str, Any]


def comparison(context: Context, interval: Interval, flow: str, group: Literal["facility", "supplier"]) -> tuple[Comparison, ...]:
    """Median cycle time by facility or supplier with its 95 % interval, most instances first. Unknown flow: none."""
    configured = context.configuration.flow(flow)
    if configured is None:
        return ()

    def asked(period: Interval, of_all: int) -> list[Row]:
        given = parameters(context, period, configured)
        return context.store.records(_COMPARED, **given, group=group, of_all=of_all)

    everything = asked(interval, 1)
    before = {row["group"]: row for row in asked(interval.before(), 0)}
    return tuple(compared(row, before.get(row["group"]), everything[0]) for row in asked(interval, 0))


def compared(now: Row, before: Row | None, everything: Row) -> Comparison:
    """One group beside all and beside its past; see `Comparison` for the formulas' source."""
    change, low, high = _change(now, before)
    return Comparison(
        now["group"], now["n"], now["median"], now["low"], now["high"], _against(now, everything),
        before["n"] if before else 0, before["median"] if before else None, change, low, high,
    )  # fmt: skip


def _against(one: Row, everything: Row) -> str:
    if one["low"] is None or everything["low"] is None:
        return ""
    return "slower" if one["low"] > everything["high"] else "faster" if one["high"] < everything["low"] else ""


def _change(now: Row, before: Row | None) -> tuple[float | None, float | None, float | None]:
    if before is None:
        return None, None, None
    change = now["median"] - before["median"]
    if now["low"] is None or before["low"] is None:
        return change, None, None
    errors = [(row["high"] - row["low"]) / (2 * _Z) for row in (now, before)]
    reach = _Z * sqrt(sum(e * e for e in errors))
    return change, change - reach, change + reach
