"""What is computed when: flows with news only, and no evidence is lost that comes while a pass is under way."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from analytics import flows
from analytics.context import Context
from domain.interval import Interval
from tests.support.telemetry import Telemetry

NOW = datetime(2026, 11, 19, 15, 0, tzinfo=UTC)
FLOW = "contract_activation"


def keys(context: Context) -> set[str]:
    return {i.key for i in flows.instances(context, Interval(NOW - timedelta(days=1), context.now), flow=FLOW)}


def test_a_quiet_round_computes_nothing(context: Context, telemetry: Telemetry) -> None:
    telemetry.milestone(FLOW, "MS-1", "executed", NOW - timedelta(hours=2), received=NOW - timedelta(hours=2))
    assert flows.catch_up(context) == len(context.configuration.flows)  # All from the beginning.
    assert flows.catch_up(context) == 0
    telemetry.milestone(FLOW, "MS-2", "executed", NOW - timedelta(hours=1), received=NOW)
    assert flows.catch_up(context) == 1
    assert keys(context) == {"MS-1", "MS-2"}
    later = replace(context, clock=lambda: NOW + timedelta(minutes=2))
    assert flows.catch_up(later) == 1  # Within the time a commit may take: looked at once more.
    assert flows.catch_up(later) == 0


def test_evidence_that_comes_during_a_pass_is_in_the_next(context: Context, telemetry: Telemetry) -> None:
    """Each look at the clock takes a minute, in which a contract is executed: wherever in the pass, it is found later."""
    told: list[datetime] = []

    def clock() -> datetime:
        told.append(NOW + timedelta(minutes=len(told)))
        telemetry.milestone(FLOW, f"MS-{len(told)}", "executed", told[-1] - timedelta(hours=1), received=told[-1])
        return told[-1]

    slow = replace(context, clock=clock)
    for _ in range(3):
        flows.catch_up(slow)
    until = told[-1] + timedelta(minutes=1)
    after = replace(context, clock=lambda: until)
    flows.catch_up(after)
    assert keys(after) == {f"MS-{number}" for number in range(1, len(told) + 1)}
