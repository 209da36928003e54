"""Failures: what went wrong, for which objects and where, whose turn it is, and what has succeeded since."""

from analytics.failures.questions import by_class, daily, groups, matrix
from analytics.failures.rows import FailureDay

__all__ = ["FailureDay", "by_class", "daily", "groups", "matrix"]
