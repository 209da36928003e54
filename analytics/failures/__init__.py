"""Failures: what went wrong, for which objects and where, whose turn it is, and what has succeeded since."""

from analytics.failures.questions import by_class, daily, groups, mapping_matrix, matrix
from analytics.failures.recovering import affected, episodes, recovery
from analytics.failures.reporting import report_error_logs, report_overdue
from analytics.failures.rows import FailureDay
from analytics.failures.templating import template_unknown, templates

__all__ = [
    "FailureDay",
    "affected",
    "by_class",
    "daily",
    "episodes",
    "groups",
    "mapping_matrix",
    "matrix",
    "recovery",
    "report_error_logs",
    "report_overdue",
    "template_unknown",
    "templates",
]
