"""Service levels: measured once into minute slices, judged from them."""

from analytics.sla.breaching import record_breaches
from analytics.sla.budgets import NoSuchSla, budgets, why
from analytics.sla.measuring import measure
from analytics.sla.questions import attainment, attainment_trend, breaches, by_day, by_facility, status

__all__ = [
    "NoSuchSla",
    "attainment",
    "attainment_trend",
    "breaches",
    "budgets",
    "by_day",
    "by_facility",
    "measure",
    "record_breaches",
    "status",
    "why",
]
