"""ServiceNow: incidents and change windows, through the Table API."""

from alerts.channels.servicenow.channel import ServiceNowChannel, build
from alerts.channels.servicenow.windows import ChangeWindow, change_windows

__all__ = ["ChangeWindow", "ServiceNowChannel", "build", "change_windows"]
