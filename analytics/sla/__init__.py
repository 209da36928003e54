"""Service levels: measured once into minute slices, judged from them."""

from analytics.sla.measuring import measure
from analytics.sla.questions import attainment, attainment_trend, breaches, by_day, by_facility, status

__all__ = ["attainment", "attainment_trend", "breaches", "by_day", "by_facility", "measure", "status"]
