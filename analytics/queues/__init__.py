"""How deep queues are, when they will be empty, who is stuck, and what is usual."""

from analytics.queues.catching_up import catch_up
from analytics.queues.outlook import QueueOutlook, outlook
from analytics.queues.questions import history, latest, pollers

__all__ = ["QueueOutlook", "catch_up", "history", "latest", "outlook", "pollers"]
