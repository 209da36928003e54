"""Prometheus Alertmanager, API v2."""

from alerts.channels.alertmanager.channel import AlertmanagerChannel, build
from alerts.channels.alertmanager.message import alert

__all__ = ["AlertmanagerChannel", "alert", "build"]
