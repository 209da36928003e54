"""The exceptions desk: what is to be put right, by whom, until when, and everything that was done about it."""

from analytics.desk.commands import ask, outcomes
from analytics.desk.keeping import accept_commands, keep_desk
from analytics.desk.questions import history, items
from analytics.desk.rows import AuditEntry, CommandOutcome, DeskItem

__all__ = [
    "AuditEntry",
    "CommandOutcome",
    "DeskItem",
    "accept_commands",
    "ask",
    "history",
    "items",
    "keep_desk",
    "outcomes",
]
