"""Flows: where every contract, order and invoice stands, how long its way takes, and whose clock ran."""

from analytics.flows.activating import activation, lag
from analytics.flows.catching_up import catch_up
from analytics.flows.comparing import comparison
from analytics.flows.questions import by_group, contracts, instances, questionable_times, stages, summary, trend
from analytics.flows.ways import attribution, bottleneck, rework, variants

__all__ = [
    "activation",
    "attribution",
    "bottleneck",
    "by_group",
    "catch_up",
    "comparison",
    "contracts",
    "instances",
    "lag",
    "questionable_times",
    "rework",
    "stages",
    "summary",
    "trend",
    "variants",
]
