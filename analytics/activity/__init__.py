"""Traffic through the interfaces, and our own sight of it."""

from analytics.activity.questions import interfaces, sight, traffic

__all__ = ["interfaces", "sight", "traffic"]
