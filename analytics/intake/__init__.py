"""How telemetry arrives: sources and their clocks, keys, refusals."""

from analytics.intake.questions import keys, refusals, silent, sources
from analytics.intake.rows import KeyIntake, Refusal, SourceClock, SourceIntake

__all__ = ["KeyIntake", "Refusal", "SourceClock", "SourceIntake", "keys", "refusals", "silent", "sources"]
