"""Flows: where every contract, order and invoice stands, and how long its way takes."""

from analytics.flows.questions import by_group, contracts, instances, questionable_times, stages, summary, trend

__all__ = ["by_group", "contracts", "instances", "questionable_times", "stages", "summary", "trend"]
