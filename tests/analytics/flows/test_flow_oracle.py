"""States and durations of random evidence, against the definition written out in plain Python."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics import flows
from analytics.context import Context
from domain.flows import Flow
from domain.interval import Interval

NOW = datetime(2026, 11, 19, 15, 0, tzinfo=UTC)
STEPS = ("executed", "price_file_received", "erp_loaded", "usable")
Evidence = tuple[str, str, str, str, int]  # facility, item, milestone, outcome, minutes ago
_ROWS = st.lists(
    st.tuples(
        st.sampled_from(("", "H01", "H07")), st.sampled_from(("", "A", "B")), st.sampled_from(STEPS),
        st.sampled_from(("reached", "reached", "failed", "started")), st.integers(1, 1200),
    ),
    min_size=1, max_size=9,
)  # fmt: skip


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=_ROWS)
def test_instances_are_as_defined(context: Context, rows: list[Evidence]) -> None:
    for table in ("milestones", "flow_instances", "flow_progress"):
        context.store.command(f"TRUNCATE TABLE {table}")
    columns = ("facility_id", "item_id", "milestone", "outcome")
    shared = {"flow": "contract_activation", "key": "MS-1", "source_id": "s", "received": NOW}
    context.store.insert(
        "milestones", [shared | dict(zip(columns, r[:4], strict=True)) | {"time": NOW - timedelta(minutes=r[4])} for r in rows]
    )
    flow = context.configuration.flow("contract_activation")
    assert flow is not None
    flows.catch_up(context)
    found = flows.instances(context, Interval(NOW - timedelta(days=1), NOW))
    assert found == flows.instances(context, Interval(NOW - timedelta(days=1), NOW), key="MS-1")
    told = {(i.facility_id, i.item_id): (i.state.value, i.waiting_for, i.started, i.total_seconds, i.stuck_since) for i in found}
    assert told == {place: _judged(flow, rows, place) for place in _finest(rows)}


def _finest(rows: list[Evidence]) -> set[tuple[str, str]]:
    places = {(r[0], r[1]) for r in rows}
    return {p for p in places if not any(q != p and p[0] in ("", q[0]) and p[1] in ("", q[1]) for q in places)}


def _judged(flow: Flow, rows: list[Evidence], place: tuple[str, str]) -> tuple[str, str, datetime, float, datetime | None]:
    own = [r for r in rows if r[0] in ("", place[0]) and r[1] in ("", place[1])]
    times = {
        (step, outcome): sorted(NOW - timedelta(minutes=r[4]) for r in own if r[2:4] == (step, outcome))
        for step in STEPS
        for outcome in ("reached", "failed", "started")
    }
    reached = {step: times[step, "reached"][0] for step in STEPS if times[step, "reached"]}
    everything = [t for found in times.values() for t in found]
    started = reached.get("executed", min(everything))
    if "usable" in reached:
        return "completed", "", started, (reached["usable"] - started).total_seconds(), None
    attempted = [s for s in STEPS if s not in reached and (times[s, "failed"] or times[s, "started"])]
    waiting = attempted[-1] if attempted else next(s for s in STEPS if s not in reached)
    failed, begun = times[waiting, "failed"], times[waiting, "started"]
    since = [failed[0]] if failed and (not begun or failed[-1] >= begun[-1]) else []
    allowed = next(m.expected_within for m in flow.milestones if m.id == waiting)
    last = max(reached.values(), default=max(everything))
    if allowed is not None and last + allowed < NOW:
        since.append(last + allowed)
    state = "stuck" if since else "in_flight"
    return state, waiting, started, (NOW - started).total_seconds(), min(since, default=None)
