"""The exceptions desk: items open by themselves, people's commands become events, success resolves, and all of it is on record."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from analytics import desk, failures
from analytics.context import Context
from analytics.scope import Scope
from domain.interval import Interval
from tests.support.telemetry import Telemetry

NOW = datetime(2026, 11, 19, 15, 0, tzinfo=UTC)
DAYS = Interval(NOW - timedelta(days=30), NOW + timedelta(days=3))


def ago(hours: float) -> datetime:
    return NOW - timedelta(hours=hours)


def load(telemetry: Telemetry, hours: float, item: str = "40-2217", facility: str = "H07", refused: bool = True) -> None:
    error = f"No mapping for item {item} at {facility}" if refused else None
    telemetry.span("load price", ago(hours), 0, error=error, interface_id="erp-price-load", facility_id=facility, item_id=item,
        contract_id="MS-7895", correlation_id=f"C-{hours}", received=max(NOW, ago(hours)))  # fmt: skip


def later(context: Context, hours: float) -> Context:
    return replace(context, clock=lambda: ago(-hours))


def only(context: Context, **given: Any) -> desk.DeskItem:
    (item,) = desk.items(context, DAYS, **given)
    return item


def act(context: Context, *items: str, actor: str = "item-master", **wanted: str) -> list[tuple[str, str]]:
    ids = desk.ask(context, items, wanted, actor=actor)
    desk.accept_commands(context)
    return [(o.outcome, o.reason) for o in desk.outcomes(context, ids)]


def test_a_failure_opens_an_item_of_its_owner_with_remedy(context: Context, telemetry: Telemetry) -> None:
    load(telemetry, 5)
    for _ in range(2):
        desk.keep_desk(context)
    item = only(context)
    assert (item.state, item.steward, item.assignee, item.due, item.opened, item.object) == (
        "open", "item-master", "", None, ago(5), "40-2217")  # fmt: skip
    assert item.about == "failure"
    assert (item.remedy, item.facilities, item.contracts, item.failures) == (
        "Add the item cross-reference, then resubmit the load.", ("H07",), ("MS-7895",), 1)  # fmt: skip
    assert [(e.outcome, e.action, e.actor) for e in desk.history(context, item.item_id)] == [("done", "opened", "supplyscope")]
    assert desk.items(replace(context, scope=Scope("west", frozenset({"H03"}))), DAYS) == ()


def test_commands_are_pending_until_the_scheduler_accepts_them(context: Context, telemetry: Telemetry) -> None:
    load(telemetry, 5)
    desk.keep_desk(context)
    item = only(context).item_id
    ids = desk.ask(context, [item], {"assign": "integration", "comment": "asked the hub", "tag": "Hub", "due": "2026-11-20"},
        actor="item-master", request_id="r1")  # fmt: skip
    assert desk.ask(context, [item], {"assign": "integration"}, actor="item-master", request_id="r1") == ids[:1]
    assert only(context).pending == 4
    assert {o.outcome for o in desk.outcomes(context, ids)} == {"pending"}
    assert (desk.accept_commands(context), desk.accept_commands(context)) == (4, 0)
    found = only(context)
    assert (found.pending, found.steward, found.comments, found.tags) == (0, "integration", 1, ("hub",))
    assert found.due == datetime(2026, 11, 21, 5, 59, 59, tzinfo=UTC)
    assert only(context, steward="integration", tag="hub", failure_class="item_mapping_missing", interface="erp-price-load")
    assert desk.items(context, DAYS, steward="item-master") == () == desk.items(context, DAYS, overdue=True)
    assert only(later(context, 48), overdue=True).overdue
    assert {(e.actor, e.action, e.value) for e in desk.history(context, item) if e.actor != "supplyscope"} == {
        ("item-master", "assign", "integration"), ("item-master", "comment", "asked the hub"),
        ("item-master", "tag", "hub"), ("item-master", "due", "2026-11-21T05:59:59+00:00")}  # fmt: skip


@pytest.mark.parametrize(
    ("wanted", "reason"),
    [
        ({"assign": "nobody-here"}, '"nobody-here" is nobody of people'),
        ({"comment": "  "}, "a comment has 1 to 4000 characters, not 0"),
        ({"tag": "a#b"}, '"a#b" is no tag'),
        ({"due": "next week"}, '"next week" is no due time'),
        ({"due": "2026-11-20T10:00:00"}, "with its zone"),
        ({"reopen": ""}, "open already"),
    ],
)
def test_a_command_that_makes_no_sense_is_refused_with_its_reason(
    context: Context, telemetry: Telemetry, wanted: dict[str, str], reason: str
) -> None:
    load(telemetry, 5)
    desk.keep_desk(context)
    item = only(context)
    ((outcome, said),) = act(context, item.item_id, **wanted)
    assert outcome == "refused"
    assert reason in said
    assert only(context) == item
    assert desk.history(context, item.item_id)[-1].outcome == "refused"


def test_unknown_items_actors_and_actions(context: Context, telemetry: Telemetry) -> None:
    load(telemetry, 5)
    desk.keep_desk(context)
    ((outcome, said),) = act(context, "0" * 16, comment="x")
    assert outcome == "refused" and "does not exist" in said
    ((outcome, said),) = act(context, only(context).item_id, actor="stranger", comment="x")
    assert outcome == "refused" and "stranger" in said
    with pytest.raises(ValueError, match='"opened" is no action'):
        desk.ask(context, ["x"], {"opened": ""}, actor="item-master")
    with pytest.raises(ValueError, match="0 items"):
        desk.ask(context, [], {"resolve": ""}, actor="item-master")


def test_success_resolves_by_itself_and_failing_again_reopens(context: Context, telemetry: Telemetry) -> None:
    load(telemetry, 5)
    desk.keep_desk(context)
    act(context, only(context).item_id, assign="integration")
    load(telemetry, 2, refused=False)
    desk.keep_desk(context)
    found = only(context, state="resolved")
    assert (found.resolved, found.resolved_by, found.assignee) == (ago(2), "supplyscope", "integration")
    load(telemetry, -1)
    desk.keep_desk(later(context, 2))
    found = only(later(context, 2))
    assert (found.state, found.failures, found.assignee) == ("open", 2, "integration")
    assert [e.action for e in desk.history(context, found.item_id)] == ["opened", "auto_resolved", "assign", "reopened"]


def test_a_steward_resolves_in_bulk_and_the_failures_count_as_resolved(context: Context, telemetry: Telemetry) -> None:
    load(telemetry, 5, "40-1")
    load(telemetry, 4, "40-2")
    desk.keep_desk(context)
    ids = [item.item_id for item in desk.items(context, DAYS)]
    assert act(context, *ids, resolve="mapped by hand", comment="done in the hub") == [("done", "")] * 4
    assert desk.items(context, DAYS) == ()
    groups = failures.groups(later(context, 1), DAYS)
    assert {(g.state, g.resolved_by) for g in groups} == {("resolved", "steward")}
    ((outcome, said),) = act(later(context, 1), ids[0], resolve="")
    assert outcome == "refused" and "resolved by item-master already" in said
    assert act(later(context, 1), ids[0], reopen="not really") == [("done", "")]
    assert [g.item_id for g in failures.groups(later(context, 2), DAYS, state="open")] == [ids[0]]
    desk.keep_desk(later(context, 2))
    assert only(later(context, 2)).item_id == ids[0]


def test_text_is_masked_before_it_is_stored(context: Context, telemetry: Telemetry) -> None:
    load(telemetry, 5)
    desk.keep_desk(context)
    item = only(context).item_id
    act(context, item, comment="patient SSN 123-45-6789 called {x:String}")
    (entry,) = [e for e in desk.history(context, item) if e.action == "comment"]
    assert "123-45-6789" not in entry.value
    assert entry.value.endswith("called {x:String}")
