"""Traffic through the interfaces, and our own sight of it."""

from analytics.activity.questions import interfaces, sight, traffic
from analytics.activity.rows import Sight

__all__ = ["Sight", "interfaces", "sight", "traffic"]
