"""Microsoft Teams, through a workflow's webhook."""

from alerts.channels.teams.channel import TeamsChannel, build
from alerts.channels.teams.message import card

__all__ = ["TeamsChannel", "build", "card"]
