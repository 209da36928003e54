"""Slack, through an incoming webhook."""

from alerts.channels.slack.channel import SlackWebhookChannel, build
from alerts.channels.slack.message import blocks

__all__ = ["SlackWebhookChannel", "blocks", "build"]
