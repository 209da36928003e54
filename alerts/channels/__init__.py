"""Channels: a folder each, the same furniture. Built from configuration, secrets from environment or file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import structlog

from alerts.channels import alertmanager, apprise, email, pagerduty, servicenow, slack, teams, webhook
from alerts.channels.channel import Channel, ChannelSettingsMissing, Reader
from alerts.channels.network import Network, network_of
from domain.configuration import Configuration

log = structlog.get_logger("alerts")

# One plain registry: kind of the configuration → builder. A new channel is a folder and a line here.
BUILDERS: dict[str, Callable[[Any, Reader, Network], Channel]] = {
    "slack_webhook": slack.build_webhook,
    "slack": slack.build_bot,
    "email": email.build,
    "webhook": webhook.build,
    "alertmanager": alertmanager.build,
    "pagerduty": pagerduty.build,
    "servicenow": servicenow.build,
    "teams": teams.build,
    "apprise": apprise.build,
}


def build(configuration: Configuration, environment: Mapping[str, str]) -> dict[str, Channel]:
    """Channel id → channel. One whose secret or file is not there is left out with a warning that names it."""
    channels: dict[str, Channel] = {}
    read = Reader(environment)
    for configured in configuration.channels:
        try:
            network = network_of(configured, configuration.outbound, read)
            channels[configured.id] = BUILDERS[configured.kind](configured, read, network)
        except ChannelSettingsMissing as missing:
            log.warning("channel left out", channel=configured.id, reason=str(missing))
    return channels


__all__ = ["BUILDERS", "Channel", "ChannelSettingsMissing", "build"]
