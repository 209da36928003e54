"""How deep queues are and when they will be empty."""

from analytics.queues.questions import history, latest, pollers

__all__ = ["history", "latest", "pollers"]
