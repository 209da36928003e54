"""Our own JSON to any HTTP receiver, signed."""

from alerts.channels.webhook.channel import WebhookChannel, build
from alerts.channels.webhook.message import payload, signature

__all__ = ["WebhookChannel", "build", "payload", "signature"]
