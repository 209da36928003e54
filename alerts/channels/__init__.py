"""Channels: a folder each, the same furniture. Built from configuration, secrets from environment or file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import structlog

from alerts.channels import email, slack
from alerts.channels.channel import Channel, ChannelSettingsMissing
from domain.configuration import Configuration

log = structlog.get_logger("alerts")

# One plain registry: kind of the configuration → builder. A new channel is a folder and a line here.
BUILDERS: dict[str, Callable[[Any, Mapping[str, str]], Channel]] = {"slack_webhook": slack.build, "email": email.build}


def build(configuration: Configuration, environment: Mapping[str, str]) -> dict[str, Channel]:
    """Channel id → channel. One whose secret is not set is left out with a warning that names the variable."""
    channels: dict[str, Channel] = {}
    for configured in configuration.channels:
        try:
            channels[configured.id] = BUILDERS[configured.kind](configured, environment)
        except ChannelSettingsMissing as missing:
            log.warning("channel left out", channel=configured.id, reason=str(missing))
    return channels


__all__ = ["BUILDERS", "Channel", "ChannelSettingsMissing", "build"]
