"""Commands of people, asked in another role and decided by the scheduler, on the real engine and the clock in hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from alerts import channels, record
from alerts.commands import Action, Command, Outcome, Source, append, outcomes
from alerts.incidents import Incident, IncidentState
from alerts.scheduler_step import Alerting
from alerts.silences import silences
from analytics.context import Context
from tests.conftest import NOW
from tests.support.receivers import Mailbox, Webhook, mail_server, webhook
from tests.support.telemetry import Telemetry


class House:
    """A scheduler that `goes` a while, and another role that asks."""

    def __init__(self, context: Context, telemetry: Telemetry, mailbox: Mailbox, hook: Webhook) -> None:
        self.now = NOW
        self.context = replace(context, clock=lambda: self.now)
        self.other_role = replace(self.context)
        self.telemetry, self.mailbox, self.hook = telemetry, mailbox, hook
        environment = {"TEST_SLACK_URL": hook.url, "TEST_SMTP_HOST": "127.0.0.1", "TEST_SMTP_PORT": str(mailbox.port)}
        self.scheduler = Alerting(self.context, channels.build(context.configuration, environment), "http://127.0.0.1:8080")

    def fails(self, facility: str = "H07") -> None:
        self.telemetry.span(
            "load price", self.now - timedelta(seconds=1), 1, error="No mapping for item 40-2217", interface_id="erp-price-load",
            contract_id="MS-7895", facility_id=facility, item_id="40-2217", correlation_id="C-1",
        )  # fmt: skip

    def goes(self, wait: timedelta = timedelta(seconds=5)) -> int:
        """The next round; how many messages it sent."""
        self.now += wait
        minutes = range(int(wait.total_seconds() // 60) + 1) if wait < timedelta(hours=1) else ()
        self.context.store.insert("observed", [
            {"minute": (self.now - timedelta(minutes=n)).replace(second=0, microsecond=0), "role": "collector", "received": self.now} for n in minutes
        ])  # fmt: skip
        before = len(self.mailbox.messages) + len(self.hook.messages)
        self.scheduler.step()
        return len(self.mailbox.messages) + len(self.hook.messages) - before

    def asks(self, action: Action, **more: object) -> str:
        given = {"actor": "integration", "incident_id": self.incident.incident_id} | more
        return append(self.other_role, Command(action, **given))  # type: ignore[arg-type]

    def became(self, command_id: str) -> Outcome:
        (outcome,) = outcomes(self.other_role, [command_id])
        return outcome

    def done(self, action: Action, **more: object) -> Outcome:
        asked = self.asks(action, **more)
        self.goes()
        return self.became(asked)

    @property
    def incident(self) -> Incident:
        """The newest of the price load: Supplyscope has one of its own when nothing came in for a while."""
        return next(i for i in record.incidents(self.other_role) if i.interface == "erp-price-load")


@pytest.fixture
def house(context: Context, telemetry: Telemetry) -> Iterator[House]:
    with mail_server() as mailbox, webhook() as hook:
        opened = House(context, telemetry, mailbox, hook)
        opened.fails()
        assert opened.goes() == 2
        yield opened


def test_an_acknowledgement_through_another_role_is_pending_then_accepted_and_stops_the_repeats(house: House) -> None:
    asked = house.asks(Action.ACKNOWLEDGE)
    assert house.became(asked).outcome == "pending"
    assert house.incident.acknowledged is None
    house.goes()
    became = house.became(asked)
    assert (became.outcome, became.said) == ("accepted", "acknowledged by Integration on call")
    assert (house.incident.acknowledged_by, house.incident.acknowledged) == ("integration", house.now)
    assert house.goes(timedelta(hours=5)) == 0, "somebody has it"
    assert house.done(Action.UNACKNOWLEDGE).outcome == "accepted"
    assert house.goes(timedelta(hours=5)) == 2, "nobody has it any more, so it is said again"


def test_who_comes_second_is_refused_and_told_who_has_it(house: House) -> None:
    first = house.asks(Action.ACKNOWLEDGE)
    house.now += timedelta(seconds=1)
    second = house.asks(Action.ACKNOWLEDGE, actor="item-master")
    house.goes()
    assert house.became(first).outcome == "accepted"
    assert (house.became(second).outcome, "Integration on call has acknowledged it" in house.became(second).reason) == (
        "refused",
        True,
    )


def test_the_same_command_counts_once_and_a_round_that_was_killed_is_made_again(house: House) -> None:
    for _ in range(2):
        house.asks(Action.ACKNOWLEDGE, command_id="button-1")
    again = Alerting(house.context, {}, "")  # another process reads the same record
    house.goes()
    again.step()
    assert house.became("button-1").outcome == "accepted"
    assert house.incident.reasons.count("acknowledged by Integration on call") == 1


def test_a_snooze_wakes_and_says_so(house: House) -> None:
    assert house.done(Action.SNOOZE, until=house.now + timedelta(hours=6)).outcome == "accepted"
    assert house.goes(timedelta(hours=5)) == 0
    assert house.goes(timedelta(hours=1, minutes=1)) == 2
    assert house.incident.reasons[-1] == "repeated: the snooze is over"


def test_resolved_by_hand_is_told_to_those_told_and_stays_until_there_is_newer_evidence(house: House) -> None:
    asked = house.asks(Action.RESOLVE, value="the feed was restarted for patient SSN 123-45-6789")
    assert house.goes() == 2
    assert house.became(asked).outcome == "accepted"
    assert house.mailbox.messages[-1]["Subject"].startswith("[resolved]")
    assert house.incident.state is IncidentState.RESOLVED
    assert house.goes() == 0, "still open in the evidence, and dismissed"
    house.fails("H03")
    assert house.goes() == 2, "newer evidence opens it again"
    old = next(i for i in record.incidents(house.other_role) if i.state is IncidentState.RESOLVED)
    refused = house.done(Action.ACKNOWLEDGE, incident_id=old.incident_id)
    assert (refused.outcome, "it was resolved" in refused.reason) == ("refused", True)


def test_reassigned_tells_the_new_one_and_its_end_too(house: House) -> None:
    asked = house.asks(Action.REASSIGN, value="integration", actor="item-master")
    assert house.goes() == 2, "the mail to whoever has it now, the channel for everybody"
    assert house.became(asked).said == "reassigned to Integration on call by Item master team"
    assert house.mailbox.messages[-1]["To"] == "oncall@test.health"
    assert house.incident.assignee == "integration"
    house.asks(Action.RESOLVE)
    house.goes()
    assert "oncall@test.health" in {str(message["To"]) for message in house.mailbox.messages[-2:]}


def test_a_comment_is_kept_and_changes_nothing(house: House) -> None:
    before = house.incident
    assert house.done(Action.COMMENT, value="Supplier called").said == "Integration on call: Supplier called"
    assert house.incident == before


def test_a_silence_holds_from_its_start_to_its_end(house: House) -> None:
    house.asks(Action.RESOLVE)
    house.goes()
    asked = house.asks(
        Action.SILENCE, incident_id="", matchers=('interface="erp-price-load"',), starts=house.now + timedelta(minutes=10),
        until=house.now + timedelta(minutes=40), value="planned load",
    )  # fmt: skip
    house.goes()
    assert house.became(asked).outcome == "accepted"
    (silence,) = silences(house.other_role)
    assert silence.state(house.now) == "pending"
    house.goes(timedelta(minutes=15))
    house.fails("H01")
    assert house.goes() == 0, "silenced"
    assert f"silenced by {silence.name}" in " ".join(house.incident.reasons)
    assert house.goes(timedelta(minutes=30)) == 2, "the silence is over and it is still open"
    assert silences(house.other_role) == ()


def test_a_silence_of_an_incident_ends_early(house: House) -> None:
    made = house.done(Action.SILENCE, until=house.now + timedelta(days=1))
    assert made.outcome == "accepted"
    (silence,) = silences(house.other_role)
    assert house.goes(timedelta(hours=5)) == 0
    ended = house.done(Action.EXPIRE_SILENCE, incident_id="", silence_id=silence.silence_id)
    assert ended.said == f"{silence.silence_id} ended by Integration on call"
    assert house.goes(timedelta(minutes=6)) == 2, "the repeat it held is due"
    assert silences(house.other_role, ended=True)[0].expired_by == "integration"


MISTAKES = [
    ({"action": Action.ACKNOWLEDGE, "actor": "nobody"}, "nobody of people"),
    ({"action": Action.ACKNOWLEDGE, "incident_id": "none"}, "does not exist"),
    ({"action": Action.UNACKNOWLEDGE}, "nobody has acknowledged or snoozed"),
    ({"action": Action.SNOOZE}, "say until when"),
    ({"action": Action.SNOOZE, "until": NOW - timedelta(hours=1)}, "say until when"),
    ({"action": Action.REASSIGN, "value": "who"}, "reassign to one of"),
    ({"action": Action.REASSIGN, "value": ""}, "reassign to one of"),
    ({"action": Action.COMMENT}, "at least one character"),
    ({"action": Action.SILENCE}, "say until when"),
    ({"action": Action.SILENCE, "until": NOW + timedelta(days=400)}, "at most 90 days"),
    ({"action": Action.SILENCE, "until": NOW + timedelta(days=1), "matchers": ('interface=~".*"',)}, "like every alert"),
    ({"action": Action.SILENCE, "until": NOW + timedelta(days=1), "matchers": ("interface",)}, "is not a matcher"),
    ({"action": Action.SILENCE, "until": NOW + timedelta(days=1), "incident_id": ""}, "needs matchers"),
    ({"action": Action.EXPIRE_SILENCE, "silence_id": "silence-0"}, "does not exist"),
]


def test_every_mistake_is_refused_with_what_to_do(house: House) -> None:
    asked = [(house.asks(**given), words) for given, words in MISTAKES]  # type: ignore[arg-type]
    assert house.goes() == 0
    for command_id, words in asked:
        became = house.became(command_id)
        assert (became.outcome, words in became.reason) == ("refused", True), became


def test_slack_vouches_for_its_people(house: House) -> None:
    became = house.done(Action.ACKNOWLEDGE, actor="dana.w", source=Source.SLACK)
    assert became.said == "acknowledged by dana.w (in Slack)"


def test_what_people_type_is_masked_like_telemetry(house: House) -> None:
    said = house.done(Action.COMMENT, value="about jane.doe@example.org").said
    assert "jane.doe" not in said
    assert said.startswith("Integration on call: about ")
