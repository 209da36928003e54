"""How long rows are kept."""

from __future__ import annotations

from datetime import timedelta

from domain.base import Configured, Duration

_DAY = timedelta(days=1)


def _days(days: int) -> Duration:
    return timedelta(days=days)


class Retention(Configured):
    """Counted from receipt, in whole days; back-filled history is kept as long as what comes now.

    `telemetry`: spans, logs, metric points and what leads from a key to them. `evidence`: milestones, failures, batch runs, EDI
    control numbers and all else a business figure rests on, longer than telemetry. `imports`: evidence of imported logs.
    `money`: prices, orders, invoices. `rollups`: traffic by minute, and the slices of hours and days. `slices`: the minute record
    of every SLI, at least the longest SLA period and 45 days. `operation`: queue samples, and what Supplyscope records of its own intake.
    """

    telemetry: Duration = _days(400)
    evidence: Duration = _days(1096)
    imports: Duration = _days(3653)
    money: Duration = _days(2557)
    rollups: Duration = _days(1096)
    slices: Duration = _days(411)
    operation: Duration = _days(400)


def in_days(retention: Retention) -> dict[str, int]:
    """Class → whole days."""
    return {name: getattr(retention, name) // _DAY for name in Retention.model_fields}
