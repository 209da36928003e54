"""From counts to a judgement. No data is neither met nor missed."""

from __future__ import annotations

from fractions import Fraction

from analytics.sla.definitions import meets, parts_per_billion
from analytics.sla.rows import SlaState

AT_RISK_BELOW = 0.25


def share(good: int, total: int) -> float | None:
    """None without events."""
    return good / total if total else None


def budget_left(good: int, total: int, target: float) -> float | None:
    """Share of the error budget not spent: 1 − (bad/total)/(1 − target), None without events.

    A target of 1 has no budget: 1.0 while nothing is bad, then −1.0.
    Worked: target 99.9 % at 99.5 % is −4.0, four budgets overspent.
    """
    if not total:
        return None
    allowed = 1 - Fraction(parts_per_billion(target), 10**9)
    spent = Fraction(total - good, total)
    if allowed == 0:
        return 1.0 if spent == 0 else -1.0
    return float(1 - spent / allowed)


def state(good: int, total: int, target: float) -> SlaState:
    """No data, breached (below target), at risk (less than a quarter of the budget left) or met."""
    left = budget_left(good, total, target)
    if left is None:
        return SlaState.NO_DATA
    if not meets(good, total, target):
        return SlaState.BREACHED
    return SlaState.AT_RISK if left < AT_RISK_BELOW else SlaState.MET
