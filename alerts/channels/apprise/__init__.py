"""Apprise: the many services that have no folder of their own."""

from alerts.channels.apprise.channel import AppriseChannel, build

__all__ = ["AppriseChannel", "build"]
