"""Evidence of a past time that was received later: why a figure of that time is another one now."""

from analytics.lateness.questions import KINDS, late
from analytics.lateness.rows import LateEvidence

__all__ = ["KINDS", "LateEvidence", "late"]
