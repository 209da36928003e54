"""Flows: where every contract, order and invoice stands, and how long its way takes."""

from analytics.flows.catching_up import catch_up
from analytics.flows.questions import by_group, contracts, instances, questionable_times, stages, summary, trend

__all__ = ["by_group", "catch_up", "contracts", "instances", "questionable_times", "stages", "summary", "trend"]
