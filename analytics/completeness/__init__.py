"""What one side sent and another received."""

from analytics.completeness.questions import by_hour, missing, unsent

__all__ = ["by_hour", "missing", "unsent"]
