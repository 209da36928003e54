"""Whose clock ran, against a minute-by-minute oracle; and the ways instances went, refusals, amendments, comparisons, activation."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics import flows
from analytics.context import Context
from analytics.flows.rows import FlowState
from domain.flows import Flow, Milestone
from domain.interval import Interval
from domain.landscape import Party
from tests.support.telemetry import Telemetry

NOW = datetime(2026, 11, 19, 15, 0, tzinfo=UTC)
WEEK = Interval(NOW - timedelta(days=7), NOW)
STEPS = ("created", "posted", "held", "acknowledged", "shipped", "cancelled")
FLOW = Flow(
    id="purchase_order", name="Purchase order", key="purchase_order", completes_at="shipped", calendar="business",
    abandoned_at=("cancelled",), abandoned_after=timedelta(days=30), completes_within=timedelta(days=3),
    milestones=(
        Milestone(id="created", name="Created", party=Party.FACILITY),
        Milestone(id="posted", name="Posted", party=Party.US),
        Milestone(id="held", name="Held", party=Party.GPO, optional=True),
        Milestone(id="acknowledged", name="Acknowledged", party=Party.SUPPLIER),
        Milestone(id="shipped", name="Shipped", party=Party.GATEWAY),
        Milestone(id="cancelled", name="Cancelled", optional=True),
    ),
)  # fmt: skip
Evidence = tuple[str, str, int]  # milestone, outcome, minutes ago


@pytest.fixture
def asked(context: Context) -> Context:
    return replace(context, configuration=context.configuration.model_copy(update={"flows": (FLOW,)}))


def told(context: Context, key: str, evidence: list[Evidence], **columns: Any) -> None:
    shared = {"flow": FLOW.id, "key": key, "received": NOW} | columns
    context.store.insert(
        "milestones",
        [
            shared | {"milestone": m, "outcome": o, "time": NOW - timedelta(minutes=ago), "source_id": str(n)}
            for n, (m, o, ago) in enumerate(evidence)
        ],
    )


_ONE = st.lists(
    st.tuples(st.sampled_from(STEPS[:5]), st.sampled_from(("reached", "reached", "reached", "failed", "started")), st.integers(1, 3000)),
    min_size=1, max_size=8,
)  # fmt: skip


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(instances=st.lists(_ONE, min_size=8, max_size=8))
def test_every_minute_belongs_to_one_party(asked: Context, instances: list[list[Evidence]]) -> None:
    for table in ("milestones", "flow_instances", "flow_progress"):
        asked.store.command(f"TRUNCATE TABLE {table}")
    for number, evidence in enumerate(instances):
        told(asked, f"PO-{number}", evidence)
    flows.catch_up(asked)
    found = {p.party: p for p in flows.attribution(asked, WEEK, FLOW.id)}
    done, still = ({p: [0, 0] for p in Party}, {p: [0, 0] for p in Party})
    for evidence in instances:
        complete, parts = _parts(evidence)
        for minute, party in parts:
            total = (done if complete else still)[party]
            total[0] += 60
            total[1] += 60 * _is_open(minute)
    for party in Party:
        one = found.get(party)
        told_of = (one.seconds, one.business_seconds, one.open_seconds, one.open_business_seconds) if one else (0, 0, 0, 0)
        assert told_of == (*done[party], *still[party]), party
    listed = flows.instances(asked, WEEK)
    assert sum(p.seconds for p in found.values()) == sum(max(0, i.total_seconds) for i in listed if i.completed)
    assert sum(p.open_seconds for p in found.values()) == sum(i.total_seconds for i in listed if not i.completed)


def _parts(evidence: list[Evidence]) -> tuple[bool, list[tuple[datetime, Party]]]:
    """Each minute of the life of an instance with the party waited for, by what was known at its beginning."""
    required = [m.id for m in FLOW.milestones if not m.optional]
    reached = {s: max((ago for m, o, ago in evidence if (m, o) == (s, "reached")), default=None) for s in STEPS}
    start = reached["created"] or max(ago for _, _, ago in evidence)
    end = reached["shipped"]
    parts = []
    for ago in range(start, end or 0, -1):
        by_now = {s for s, at in reached.items() if at is not None and at >= ago}
        tried = [s for m, o, at in evidence if o != "reached" and at >= ago for s in [m] if s not in by_now]
        never = {s for s in required if reached[s] is None} if end is not None else set()
        waited = max(tried, key=STEPS.index) if tried else next(s for s in required if s not in by_now and s not in never)
        parts.append((NOW - timedelta(minutes=ago), next(m.party for m in FLOW.milestones if m.id == waited)))
    return end is not None, parts


def _is_open(minute: datetime) -> bool:
    local = minute.astimezone(ZoneInfo("America/Chicago"))
    return local.weekday() < 5 and 8 <= local.hour < 17


def test_ways_rework_and_bottleneck(asked: Context) -> None:
    straight: list[Evidence] = [("created", "reached", 900), ("posted", "reached", 800), ("acknowledged", "reached", 500), ("shipped", "reached", 100)]  # fmt: skip
    for number in range(3):
        told(asked, f"PO-{number}", straight)
    told(asked, "PO-skip", [straight[0], straight[1], straight[3]])
    told(asked, "PO-again", [*straight, ("posted", "reached", 700), ("posted", "failed", 850)])
    flows.catch_up(asked)
    first, *others = flows.variants(asked, WEEK, FLOW.id)
    assert (first.milestones, first.instances, first.share, first.in_order) == (
        ("created", "posted", "acknowledged", "shipped"),
        3,
        0.6,
        True,
    )
    assert {(v.skipped, v.repeated) for v in others} == {(("acknowledged",), ()), ((), ("posted",))}
    (again,) = flows.rework(asked, WEEK, FLOW.id)
    assert (again.milestone, again.repeats, again.refusals, again.recovered, again.median_seconds_lost) == (
        "posted",
        1,
        1,
        1,
        50 * 60,
    )
    worst = flows.bottleneck(asked, WEEK, FLOW.id)[0]
    assert (worst.milestone, worst.party, worst.seconds) == ("shipped", "gateway", (4 * 400 + 700) * 60)
    assert worst.previous_share is None


def test_taken_back_and_amended_evidence(asked: Context) -> None:
    told(asked, "PO-1", [("created", "reached", 600), ("posted", "reached", 500), ("posted", "retracted", 400)])
    told(asked, "PO-2", [("created", "reached", 600), ("posted", "reached", 500), ("posted", "amended", 300)])
    told(asked, "PO-2", [("posted", "amended", 350)], received=NOW + timedelta(seconds=1))
    flows.catch_up(asked)
    found = {i.key: i for i in flows.instances(asked, WEEK)}
    assert (found["PO-1"].milestones, found["PO-1"].waiting_for) == (("created",), "posted")
    assert found["PO-2"].milestone_times[1] == NOW - timedelta(minutes=350)


def test_withdrawn_silent_and_at_risk(asked: Context) -> None:
    for number in range(25):
        steps = (("created", 6000), ("posted", 5900), ("acknowledged", 1000), ("shipped", 900))
        told(asked, f"PO-{number}", [(step, "reached", ago - number) for step, ago in steps])
    told(asked, "PO-cancelled", [("created", "reached", 600), ("cancelled", "reached", 100)])
    told(asked, "PO-silent", [("created", "reached", 60 * 24 * 40)])
    told(asked, "PO-slow", [("created", "reached", 2000), ("posted", "reached", 1900)])
    flows.catch_up(asked)
    found = {i.key: i for i in flows.instances(asked, WEEK) if i.state is not FlowState.COMPLETED}
    assert (found["PO-cancelled"].state, found["PO-cancelled"].reason) == (FlowState.ABANDONED, "withdrawn")
    assert (found["PO-silent"].state, found["PO-silent"].reason) == (FlowState.ABANDONED, "silent")
    slow = found["PO-slow"]
    assert (slow.state, slow.reason, slow.due) == (FlowState.AT_RISK, "slow", NOW + timedelta(minutes=3 * 1440 - 2000))
    assert slow.expected_seconds_left == (5000 - 1900) * 60
    (counts,) = flows.summary(asked, WEEK)
    assert (counts.completed, counts.at_risk, counts.abandoned, counts.in_flight, counts.stuck) == (25, 1, 2, 0, 0)


def test_a_slow_supplier_stands_out(asked: Context) -> None:
    for number in range(60):
        late = 300 if number % 3 == 0 else 0
        told(
            asked,
            f"PO-{number}",
            [("created", "reached", 1000 + number + late), ("shipped", "reached", 500)],
            supplier_id="S1" if late else "S2",
        )
    for number in range(20):
        told(
            asked,
            f"PO-old-{number}",
            [("created", "reached", 14 * 1440 + number), ("shipped", "reached", 13 * 1440)],
            supplier_id="S1",
        )
    flows.catch_up(asked)
    found = {c.group: c for c in flows.comparison(asked, WEEK, FLOW.id, "supplier")}
    assert found["S1"].against_all == "slower"
    assert found["S1"].low is not None and found["S1"].low <= found["S1"].median_seconds <= (found["S1"].high or 0)
    assert found["S1"].previous_instances == 20
    assert found["S1"].change_high is not None and found["S1"].change_high < 0
    assert found["S2"].change_seconds is None


def test_activation_by_line_and_effective_date(context: Context, telemetry: Telemetry) -> None:
    flow = context.configuration.flows[0].model_copy(
        update={"effective_attribute": "contract.effective", "proven_at": "proven", "milestones": (*context.configuration.flows[0].milestones, Milestone(id="proven", name="Proven", optional=True))}
    )  # fmt: skip
    asked = replace(context, configuration=context.configuration.model_copy(update={"flows": (flow,)}))
    for date, hours in (("2026-11-18", 5.0), ("2026-12-01", 4.0)):
        for item in ("A", "B"):
            line = {"facility_id": "H07", "item_id": item, "attributes": {"contract.effective": date}}
            telemetry.milestone(flow.id, "MS-1", "erp_loaded", NOW - timedelta(hours=hours), **line)
            if date < "2026-12" or item == "A":
                telemetry.milestone(flow.id, "MS-1", "usable", NOW - timedelta(hours=hours - 1), **line)
    telemetry.milestone(flow.id, "MS-1", "usable", NOW - timedelta(hours=1), outcome="failed", facility_id="H07", item_id="B", attributes={"contract.effective": "2026-12-01"})  # fmt: skip
    telemetry.milestone(flow.id, "MS-1", "executed", NOW - timedelta(hours=9))
    telemetry.milestone(flow.id, "MS-1", "proven", NOW, facility_id="H07", item_id="A", attributes={"contract.effective": "2026-11-18"})  # fmt: skip
    flows.catch_up(asked)
    found = {a.effective: a for a in flows.activation(asked, Interval(WEEK.start, NOW + timedelta(seconds=1)))}
    first, second = found["2026-11-18"], found["2026-12-01"]
    assert (first.lines, first.loaded, first.proven, first.usable, first.retroactive) == (2, 2, 1, NOW - timedelta(hours=4), 2)
    assert (second.lines, second.loaded, second.rejected, second.usable, second.retroactive) == (2, 1, 1, None, 0)
    assert first.started == second.started == NOW - timedelta(hours=9)


def test_pieces_add_up_and_finer_evidence_replaces(context: Context, telemetry: Telemetry) -> None:
    for number in range(9):
        telemetry.milestone("purchase_order", f"PO-{number}", "created", NOW - timedelta(hours=1))
    telemetry.milestone("contract_activation", "MS-1", "executed", NOW - timedelta(hours=2), facility_id="H07")
    assert flows.catch_up(context, milestones_at_once=4) == 3
    assert len(flows.instances(context, WEEK, flow="purchase_order")) == 9
    telemetry.milestone("contract_activation", "MS-1", "executed", NOW, facility_id="H07", item_id="A")
    for number in range(7):
        telemetry.milestone("purchase_order", f"PO-{number}", "erp_posted", NOW)
    assert flows.catch_up(context, keys_at_once=3) == 4
    after = Interval(WEEK.start, NOW + timedelta(seconds=1))
    assert [(i.facility_id, i.item_id) for i in flows.instances(context, after, flow="contract_activation")] == [("H07", "A")]
    assert sum(i.last_milestone == "erp_posted" for i in flows.instances(context, after, flow="purchase_order")) == 7
    assert {row.flow for row in flows.lag(context) if row.current and not row.passing} == {
        "contract_activation",
        "purchase_order",
    }
