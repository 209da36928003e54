"""What a retention section can get wrong: parts of a day, evidence that outlives less than telemetry, minutes an SLA still needs."""

from __future__ import annotations

from datetime import timedelta

from domain.retention import Retention
from domain.source import Place, Source

_DAY = timedelta(days=1)
_LATE = timedelta(days=45)
# A calendar year, the longest period an SLA is kept over.
_LONGEST_PERIOD = timedelta(days=366)
_MOST = timedelta(days=36_525)


def check_retention(source: Source, place: Place, entry: Retention) -> None:
    """Record every length that cannot be kept as written."""
    for name in Retention.model_fields:
        length = getattr(entry, name)
        if length > timedelta(0) and (length % _DAY or length > _MOST):
            source.problem((*place, name), "is not a whole number of days up to a hundred years", "Write for example 400d")
    if entry.evidence < entry.telemetry:
        source.problem(
            (*place, "evidence"),
            f"is shorter than telemetry ({entry.telemetry.days}d)",
            "Keep business evidence at least as long as spans: figures rest on it",
        )
    if entry.imports < entry.evidence:
        source.problem(
            (*place, "imports"),
            f"is shorter than evidence ({entry.evidence.days}d)",
            "Keep imported history at least as long as evidence: it cannot be received again",
        )
    if entry.slices < _LONGEST_PERIOD + _LATE:
        source.problem(
            (*place, "slices"),
            "is shorter than a year and 45 days",
            "Write at least 411d: a yearly SLA counts minutes, and they may come late",
        )
