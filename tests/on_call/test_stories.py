"""Stories of one incident and the people on call, on a clock in hand; the state goes through its record between rounds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from alerts.conditions.condition import Condition, plain
from alerts.decisions import Decision, Kind
from alerts.incidents import Incident, IncidentState
from alerts.journal import INCIDENT
from alerts.on_call import auditor, escalation
from alerts.pipeline import Surroundings, Tally, run
from domain.configuration import Configuration
from domain.matchers import Labels
from domain.slas import Severity

BEGIN = datetime(2026, 3, 4, 18, 0, tzinfo=UTC)
_PEOPLE = [{"id": name, "name": name.title(), "email": f"{name}@x.org"} for name in ("anna", "ben", "chief", "owner")]
_POLICY = {
    "id": "page",
    "steps": [{"schedules": ["duty"]}, {"delay": "10m", "schedules": ["duty"], "repeat": 1, "every": "5m"}, {"delay": "15m", "people": ["chief"]}],
}  # fmt: skip
_SCHEDULE = {"id": "duty", "time_zone": "America/Chicago", "rotations": [{"people": ["anna", "ben"], "starts": "2026-03-02"}]}


def world(**changes: Any) -> Configuration:
    return Configuration.model_validate({
        "people": _PEOPLE,
        "channels": [{"kind": "slack_webhook", "id": name, "url": {"env": "X"}} for name in ("mail", "pager")],
        "schedules": [_SCHEDULE],
        "escalation_policies": [_POLICY],
        "routes": [{"id": "all", "channels": ["mail"], "escalation": "page", "repeat_interval": "2d"}],
    } | changes)  # fmt: skip


@dataclass(frozen=True)
class Hush:
    name: str = "S-1"

    def covers(self, _labels: Labels) -> bool:
        return True


class Story:
    """`told`: (minute, person, kind) of every message."""

    def __init__(self, begin: datetime = BEGIN, **changes: Any) -> None:
        self.configuration = world(**changes)
        self.begin = begin
        self.incidents: dict[str, Incident] = {}
        self.told: list[tuple[int, str, str]] = []
        self.looked: datetime | None = None
        self.hushed = False
        self.decisions: list[Decision] = []
        self.condition = replace(
            plain("failure|a", "failure", "contract K-1", Severity.CRITICAL, "It is wrong.", begin), owner="owner"
        )

    def at(self, minute: int, found: Sequence[Condition] | None = None) -> None:
        now = self.begin + timedelta(minutes=minute)
        silences = [Hush()] if self.hushed else []
        around = Surroundings(self.configuration, now, self.looked, silences=silences, tally=Tally())
        still = [i for i in self.incidents.values() if i.state is IncidentState.OPEN]
        for decision in run([self.condition] if found is None else found, still, around):
            kept = INCIDENT.validate_json(INCIDENT.dump_json(decision.incident))
            self.incidents[kept.incident_id] = kept
            self.decisions.append(decision)
            self.told += [
                (minute, person.partition("@")[0], decision.kind.value) for t in decision.targets for person in t.recipients
            ]
        self.looked = now

    def minutes(self, first: int, last: int) -> None:
        for minute in range(first, last):
            self.at(minute)

    @property
    def incident(self) -> Incident:
        (found,) = self.incidents.values()
        return found

    def change(self, edit: Callable[[Incident], Incident]) -> None:
        """What somebody's command does to the incident."""
        self.incidents[self.incident.incident_id] = edit(self.incident)

    def acknowledge(self, minute: int, by: str = "anna") -> None:
        at = self.begin + timedelta(minutes=minute)
        self.change(lambda i: replace(i, acknowledged=at, acknowledged_by=by))

    def people(self) -> list[tuple[int, str]]:
        return [(minute, person) for minute, person, _ in self.told]

    def audit(self, minute: int) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for row in auditor.audit(self.incidents.values(), self.begin + timedelta(minutes=minute)):
            found.setdefault(row.outcome, []).append(row.name)
        return found


FIRST = [(0, "owner"), (0, "anna")]


def test_nobody_answers_every_step_runs_at_its_minute_and_each_person_gets_one_message_at_a_time() -> None:
    story = Story()
    story.minutes(0, 60)
    assert story.people() == [*FIRST, (10, "anna"), (15, "anna"), (30, "chief")]
    assert {kind for minute, _, kind in story.told if minute} == {Kind.ESCALATED.value}
    assert "escalated: step 3 of 3 of page tells Chief" in story.incident.reasons
    assert story.incident.escalation_step == 4
    assert story.audit(60) == {"on time": [step.name for step in _plan(story).steps]}


def _plan(story: Story) -> escalation.Plan:
    plan = escalation.read(story.incident.policy)
    assert plan is not None
    return plan


def test_the_end_reaches_everybody_an_escalation_told() -> None:
    story = Story()
    story.minutes(0, 31)
    story.at(31, [])
    assert sorted(person for minute, person in story.people() if minute == 31) == ["anna", "chief", "owner"]
    assert story.audit(500)["on time"] and "missed" not in story.audit(500)


def test_an_acknowledgement_stops_it_and_taking_it_back_goes_on_with_the_wait_that_was_left() -> None:
    story = Story()
    story.minutes(0, 12)
    story.acknowledge(12)
    story.minutes(12, 300)
    assert story.people() == [*FIRST, (10, "anna")]
    assert "escalation stops: acknowledged by anna" in story.incident.reasons
    assert story.audit(300) == {
        "on time": ["step 1 of 3 of page", "step 2 of 3 of page"],
        "stopped": ["step 2 of 3 of page, said again (1)", "step 3 of 3 of page"],
    }
    story.change(lambda i: replace(i, acknowledged=None, acknowledged_by=""))
    story.minutes(300, 340)
    assert story.people()[3:] == [(303, "anna"), (318, "chief")]


def test_a_snooze_stops_it_until_it_is_over() -> None:
    story = Story()
    story.minutes(0, 5)
    story.change(lambda i: replace(i, snoozed_until=BEGIN + timedelta(minutes=65)))
    story.minutes(5, 100)
    escalated = [(minute, person) for minute, person, kind in story.told if kind == Kind.ESCALATED.value]
    assert escalated == [(70, "anna"), (75, "anna"), (90, "chief")]


def test_a_step_whose_time_fell_while_the_scheduler_was_down_runs_at_its_start_and_is_said_to_be_late() -> None:
    story = Story()
    story.minutes(0, 11)
    assert story.audit(29)["missed"] == ["step 2 of 3 of page, said again (1)"]
    story.looked = None  # a process that knows nothing but the record
    story.minutes(40, 120)
    assert story.people() == [*FIRST, (10, "anna"), (40, "anna"), (40, "chief")]
    assert len([d for d in story.decisions if d.kind is Kind.ESCALATED]) == 2
    assert any("10 min late, no round ran at its time" in reason for reason in story.incident.reasons), story.incident.reasons
    assert story.audit(120) == {
        "on time": ["step 1 of 3 of page", "step 2 of 3 of page"],
        "late": ["step 2 of 3 of page, said again (1)", "step 3 of 3 of page"],
    }


def test_an_edit_of_a_policy_changes_no_running_incident_and_every_later_one() -> None:
    story = Story()
    story.minutes(0, 5)
    other = {"id": "page", "steps": [{"people": ["ben"]}, {"delay": "1m", "people": ["ben"], "repeat": 5, "every": "1m"}]}
    story.configuration = world(escalation_policies=[other])
    story.minutes(5, 20)
    story.configuration = world(escalation_policies=[], schedules=[_SCHEDULE], routes=[{"id": "else", "channels": ["mail"]}])
    story.looked = None
    story.minutes(20, 60)
    escalated = [(minute, person) for minute, person, kind in story.told if kind == Kind.ESCALATED.value]
    assert escalated == [(10, "anna"), (15, "anna"), (30, "chief")]
    later = Story(escalation_policies=[other])
    later.minutes(0, 10)
    assert later.people() == [(0, "owner"), (0, "ben"), *((minute, "ben") for minute in range(1, 7))]


def test_a_turn_that_changes_on_the_day_the_clock_changes_is_handed_over_at_nine_on_the_wall() -> None:
    """Sunday 8 March 2026: Chicago goes from UTC-6 to UTC-5 at two; daily turns change at 09:00, which is 14:00 UTC, not 15:00."""
    daily = {**_SCHEDULE, "rotations": [{"people": ["anna", "ben"], "starts": "2026-03-07", "turn_days": 1}]}
    once = [{"id": "page", "steps": [{"schedules": ["duty"]}]}]
    story = Story(datetime(2026, 3, 8, 13, 30, tzinfo=UTC), schedules=[daily], escalation_policies=once)
    story.minutes(0, 120)
    assert story.people() == [*FIRST, (30, "ben")]
    assert "handed over in duty: Ben takes over from Anna" in story.incident.reasons
    winter = Story(datetime(2026, 3, 7, 13, 30, tzinfo=UTC), schedules=[daily], escalation_policies=once)
    winter.minutes(
        0, 120
    )  # before 09:00 of the first day nobody is on call: the owner is told, and nobody takes over from nobody
    assert winter.people() == [(0, "owner")]
    assert "nobody is on call in duty; Owner is told" in winter.incident.reasons[-1]


def test_a_silence_holds_a_step_and_its_end_lets_it_go() -> None:
    story = Story()
    story.minutes(0, 5)
    story.hushed = True
    story.minutes(5, 50)
    assert story.people() == FIRST
    assert "escalation waits: silenced by S-1" in story.incident.reasons
    assert "missed" not in story.audit(50)
    story.hushed = False
    story.minutes(50, 60)
    assert story.people()[2:] == [(50, "anna"), (50, "chief")]
    assert story.audit(60)["waited"] == [step.name for step in _plan(story).steps[1:]]


def test_what_was_never_told_does_not_escalate() -> None:
    story = Story()
    story.hushed = True
    story.minutes(0, 120)
    assert story.told == []
    assert _plan(story).began is None
    assert set(story.audit(120)) == {"ahead"}


def test_an_end_before_the_next_step_stops_it() -> None:
    story = Story()
    story.minutes(0, 9)
    story.at(9, [])
    for minute in range(10, 60):
        story.at(minute, [])
    assert {minute for minute, _ in story.people()} == {0, 9}
    assert story.audit(60)["stopped"] == [step.name for step in _plan(story).steps[1:]]


def test_a_policy_hands_over_to_the_next_and_may_use_channels_of_its_own() -> None:
    policies = [
        {"id": "page", "steps": [{"schedules": ["duty"]}], "pause": "20m", "hand_over": "leads"},
        {"id": "leads", "steps": [{"people": ["chief"], "channels": ["pager"]}]},
    ]
    story = Story(escalation_policies=policies)
    story.minutes(0, 60)
    assert story.people() == [*FIRST, (20, "chief")]
    assert [t.channel for t in story.decisions[-1].targets] == ["pager"]
    assert story.incident.told == ("mail|anna@x.org", "mail|owner@x.org", "pager|chief@x.org")


def test_a_severity_that_rises_takes_the_plan_of_the_route_it_now_takes() -> None:
    routes = [
        {"id": "page", "match": {"min_severity": "critical"}, "channels": ["pager"], "escalation": "page"},
        {"id": "ticket", "channels": ["mail"]},
    ]
    story = Story(routes=routes)
    page, story.condition = story.condition, replace(story.condition, severity=Severity.WARNING)
    story.minutes(0, 20)
    assert story.incident.policy == ""
    story.condition = page
    story.minutes(20, 60)
    escalated = [(minute, person) for minute, person, kind in story.told if kind == Kind.ESCALATED.value]
    assert escalated == [(30, "anna"), (35, "anna"), (50, "chief")]


def test_an_override_is_who_a_step_tells() -> None:
    override = {"person": "ben", "start": BEGIN + timedelta(minutes=9), "end": BEGIN + timedelta(minutes=12)}
    story = Story(schedules=[{**_SCHEDULE, "overrides": [override]}])
    story.minutes(0, 14)
    # Ben comes on duty at minute 9, is told by the step at 10, and Anna has it back at 12.
    assert story.people() == [*FIRST, (9, "ben"), (10, "ben"), (12, "anna")]
