"""Mail, through SMTP."""

from alerts.channels.email.channel import EmailChannel, build
from alerts.channels.email.message import message

__all__ = ["EmailChannel", "build", "message"]
