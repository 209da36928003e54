"""What people ask of incidents: asked by whoever serves them, decided by the scheduler, and what became of it (ADR 0031)."""

from alerts.commands.asking import append, outcomes
from alerts.commands.command import Action, Command, Outcome, Source, vouched

__all__ = ["Action", "Command", "Outcome", "Source", "append", "outcomes", "vouched"]
