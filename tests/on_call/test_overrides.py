"""Overrides asked for at run time: decided by the scheduler, and in force wherever somebody asks who is on call."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from alerts import channels, record
from alerts.commands import Action, Command, Outcome, append, outcomes
from alerts.on_call import escalation, overview
from alerts.on_call.overrides import overrides
from alerts.scheduler_step import Alerting
from analytics.context import Context
from domain.configuration import Configuration
from domain.interval import Interval
from tests.conftest import NOW
from tests.support.network import NETWORK
from tests.support.telemetry import Telemetry

_HOUR = timedelta(hours=1)


@pytest.fixture
def configuration() -> Configuration:
    """`integration` is on call this week, `item-master` the next."""
    return Configuration.model_validate({
        **NETWORK,
        "people": [*NETWORK["people"], {"id": "manager", "name": "Contract manager", "email": "manager@test.health"}],
        "channels": [{"kind": "email", "id": "mail", "host": "h", "sender": "a@b.org", "security": "none"}],
        "schedules": [
            {"id": "duty", "rotations": [{"people": ["integration", "item-master"], "starts": NOW.date()}],
             "overrides": [{"person": "manager", "start": NOW + 20 * _HOUR, "end": NOW + 30 * _HOUR}]},
        ],
        "escalation_policies": [{"id": "page", "steps": [{"schedules": ["duty"]}]}],
        "routes": [{"id": "all", "channels": ["mail"], "escalation": "page"}],
    })  # fmt: skip


@pytest.fixture
def scheduler(context: Context) -> Alerting:
    return Alerting(context, channels.build(context.configuration, {}), "http://127.0.0.1:8080")


def _ask(context: Context, scheduler: Alerting, **fields: object) -> Outcome:
    given = {
        "action": Action.OVERRIDE,
        "actor": "integration",
        "schedule": "duty",
        "value": "item-master",
        "until": NOW + 8 * _HOUR,
    }
    asked = append(context, Command(**{**given, **fields}))  # type: ignore[arg-type]
    assert outcomes(context, [asked])[0].outcome == "pending"
    scheduler.step()
    return outcomes(context, [asked])[0]


def _on_call(context: Context, at: datetime) -> tuple[str, str]:
    (row,) = overview.on_duty(replace(context, clock=lambda: at))
    return row.person, row.why


def test_who_takes_over_is_on_call_until_the_end(context: Context, scheduler: Alerting) -> None:
    assert _on_call(context, NOW) == ("integration", "rotation 1")
    done = _ask(context, scheduler, starts=NOW + _HOUR)
    assert done.outcome == "accepted" and "is on call in duty from" in done.said
    found = {hours: _on_call(context, NOW + hours * _HOUR) for hours in (0, 1, 7.9, 8)}
    assert found == {
        0: ("integration", "rotation 1"), 1: ("item-master", "override"), 7.9: ("item-master", "override"), 8: ("integration", "rotation 1"),
    }  # fmt: skip
    shifts = overview.shifts(context, Interval(NOW, NOW + 10 * _HOUR))
    assert [(shift.person, shift.end - shift.start) for shift in shifts] == [
        ("integration", _HOUR), ("item-master", 7 * _HOUR), ("integration", 2 * _HOUR),
    ]  # fmt: skip


def test_what_was_asked_later_counts_first_and_before_what_is_written(context: Context, scheduler: Alerting) -> None:
    assert _on_call(context, NOW + 25 * _HOUR) == ("manager", "override")
    _ask(context, scheduler, starts=NOW + 24 * _HOUR, until=NOW + 40 * _HOUR)
    assert _on_call(context, NOW + 25 * _HOUR) == ("item-master", "override")
    later = replace(context, clock=lambda: NOW + timedelta(seconds=5))
    _ask(later, Alerting(later, {}, ""), starts=NOW + 24 * _HOUR, until=NOW + 26 * _HOUR, value="manager")
    assert [_on_call(context, NOW + hours * _HOUR)[0] for hours in (25, 27)] == ["manager", "item-master"]


def test_instead_of_is_a_swap(context: Context, scheduler: Alerting) -> None:
    _ask(context, scheduler, value="manager", instead_of="item-master", until=NOW + timedelta(days=14))
    assert _on_call(context, NOW + _HOUR)[0] == "integration"
    assert _on_call(context, NOW + timedelta(days=8))[0] == "manager"


def test_one_that_is_ended_is_over_and_remembered(context: Context, scheduler: Alerting) -> None:
    _ask(context, scheduler)
    (made,) = overrides(context)
    assert (made.state(NOW), made.by, made.person) == ("active", "integration", "item-master")
    done = _ask(context, scheduler, action=Action.END_OVERRIDE, override_id=made.override_id, schedule="", value="", until=None)
    assert done.outcome == "accepted" and overrides(context) == ()
    assert _on_call(context, NOW + _HOUR)[0] == "integration"
    (over,) = overrides(context, ended=True)
    assert (over.state(NOW), over.ended_by, over.end) == ("ended", "integration", NOW)
    again = _ask(context, scheduler, action=Action.END_OVERRIDE, override_id=made.override_id)
    assert again.outcome == "refused" and "ended at" in again.reason


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"schedule": "night"}, 'there is no schedule "night"; there are: duty'),
        ({"value": "nobody"}, '"nobody" is nobody of people'),
        ({"value": ""}, "is nobody of people"),
        ({"instead_of": "stranger"}, '"stranger" is nobody of people'),
        ({"instead_of": "item-master"}, "cannot stand in for the same person"),
        ({"actor": "stranger"}, "act as one of"),
        ({"until": None}, "say until when"),
        ({"until": NOW - _HOUR}, "say until when"),
        ({"starts": NOW + 9 * _HOUR}, "say until when"),
        ({"until": NOW + timedelta(days=91)}, "at most 90 days"),
        ({"action": Action.END_OVERRIDE, "override_id": "override-0"}, "supplyscope on-call overrides"),
    ],
)
def test_what_cannot_be_is_refused_with_the_remedy(
    context: Context, scheduler: Alerting, fields: dict[str, object], reason: str
) -> None:
    done = _ask(context, scheduler, **fields)
    assert done.outcome == "refused" and reason in done.reason
    assert overrides(context, ended=True) == ()


def test_a_page_goes_to_who_took_over(context: Context, telemetry: Telemetry) -> None:
    clock = [NOW]
    context = replace(context, clock=lambda: clock[0])
    scheduler = Alerting(context, channels.build(context.configuration, {}), "http://127.0.0.1:8080")
    _ask(context, scheduler)
    clock[0] += timedelta(minutes=1)
    telemetry.span(
        "load price", NOW - timedelta(seconds=1), 1, error="No mapping for item 40-2217", interface_id="erp-price-load",
        contract_id="MS-7895", facility_id="H07", item_id="40-2217",
    )  # fmt: skip
    scheduler.step()
    (incident,) = record.incidents(context)
    plan = escalation.read(incident.policy)
    assert plan is not None and [ran.told for ran in plan.ran] == [("item-master",)]


def test_overrides_of_a_schedule_that_is_gone_do_nothing(context: Context, scheduler: Alerting) -> None:
    _ask(context, scheduler)
    bare = replace(context, configuration=context.configuration.model_copy(update={"schedules": (), "escalation_policies": ()}))
    assert overview.on_duty(bare) == ()
