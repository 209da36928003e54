"""Changes planned in ServiceNow, as windows in which work on an interface is expected."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from alerts.channels.channel import Reader
from alerts.channels.network import network_of
from alerts.channels.servicenow.table import tables
from domain.channels import Outbound, ServiceNowChannel

_FIELDS = "sys_id,number,short_description,start_date,end_date,cmdb_ci,state"
# Scheduled and Implement of the change model as delivered: authorised, and not over.
_STATES = "-2,-1"
_AHEAD = timedelta(days=7)
_MOST = 500
_WRITTEN = "%Y-%m-%d %H:%M:%S"


@dataclass(frozen=True, slots=True)
class ChangeWindow:
    """name: number and short description. touched: interfaces or systems of the configuration whose CI is changed."""

    id: str
    name: str
    start: datetime
    end: datetime
    touched: tuple[str, ...]


def change_windows(configured: ServiceNowChannel, outbound: Outbound, read: Reader, now: datetime) -> tuple[ChangeWindow, ...]:
    """Windows that hold now or begin within a week, of the CIs the configuration names. Failed when ServiceNow does not answer."""
    if not configured.configuration_items:
        return ()
    rows = tables(configured, read, network_of(configured, outbound, read)).find(
        "change_request", _query(configured, now), _FIELDS, _MOST
    )
    found = (_window(row, configured) for row in rows)
    return tuple(window for window in found if window is not None)


def _query(configured: ServiceNowChannel, now: datetime) -> str:
    """Encoded query: conditions joined by ^; the Table API reads and writes times in UTC."""
    items = ",".join(sorted(set(configured.configuration_items.values())))
    return "^".join(
        (
            f"cmdb_ciIN{items}",
            f"stateIN{_STATES}",
            f"start_date<={(now + _AHEAD).astimezone(UTC).strftime(_WRITTEN)}",
            f"end_date>={now.astimezone(UTC).strftime(_WRITTEN)}",
        )
    )


def _window(row: dict[str, object], configured: ServiceNowChannel) -> ChangeWindow | None:
    """None for a change without both times, or that ends before it starts."""
    item = str(row.get("cmdb_ci", ""))
    start, end = _time(row.get("start_date")), _time(row.get("end_date"))
    if start is None or end is None or end <= start:
        return None
    touched = tuple(sorted(name for name, ci in configured.configuration_items.items() if ci == item))
    return ChangeWindow(
        str(row["sys_id"]), f"{row.get('number', '')} {row.get('short_description', '')}".strip(), start, end, touched
    )


def _time(value: object) -> datetime | None:
    try:
        return datetime.strptime(str(value), _WRITTEN).replace(tzinfo=UTC)
    except ValueError:
        return None
