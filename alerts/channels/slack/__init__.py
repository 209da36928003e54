"""Slack: an incoming webhook, or a bot with threads, updates in place and buttons."""

from alerts.channels.slack.bot import SlackBotChannel
from alerts.channels.slack.bot import build as build_bot
from alerts.channels.slack.message import blocks
from alerts.channels.slack.webhook import SlackWebhookChannel
from alerts.channels.slack.webhook import build as build_webhook

__all__ = ["SlackBotChannel", "SlackWebhookChannel", "blocks", "build_bot", "build_webhook"]
