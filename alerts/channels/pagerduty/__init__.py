"""PagerDuty, Events API v2."""

from alerts.channels.pagerduty.channel import PagerDutyChannel, build
from alerts.channels.pagerduty.message import event

__all__ = ["PagerDutyChannel", "build", "event"]
