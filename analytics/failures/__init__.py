"""Failures: what went wrong, for which objects and where, whose turn it is, and what has succeeded since."""

from analytics.failures.questions import by_class, daily, groups, mapping_matrix, matrix
from analytics.failures.recovering import affected, episodes, recovery
from analytics.failures.rows import FailureDay

__all__ = ["FailureDay", "affected", "by_class", "daily", "episodes", "groups", "mapping_matrix", "matrix", "recovery"]
