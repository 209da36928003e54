"""What became of X12 documents: acknowledged, rejected, awaited, overdue."""

from analytics.edi.questions import by_set, control_conflicts, documents, overdue

__all__ = ["by_set", "control_conflicts", "documents", "overdue"]
