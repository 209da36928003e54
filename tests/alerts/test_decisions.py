"""What opens, joins, raises, resolves, and what is history: the pure core, with the clock in hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from alerts.conditions import Condition
from alerts.decisions import Decision, Kind
from alerts.incidents import Incident, IncidentState
from alerts.pipeline import Surroundings, run
from domain.alerting import Storm
from domain.configuration import Configuration
from domain.slas import Severity
from tests.support.network import small_network

NOW = datetime(2026, 11, 19, 15, 0, tzinfo=UTC)

_NETWORK = small_network(alerting={"throttles": []})


def decide(
    found: Sequence[Condition], incidents: Sequence[Incident], now: datetime, configuration: Configuration = _NETWORK
) -> tuple[Decision, ...]:
    """A round in which every look is due; ended incidents are known as having ended lately."""
    still = [i for i in incidents if i.state is IncidentState.OPEN]
    ended = [i for i in incidents if i.state is IncidentState.RESOLVED]
    return run(found, still, Surroundings(configuration, now, looked=now - timedelta(seconds=5)), ended)


def storms_of(subjects: int) -> Configuration:
    return _NETWORK.model_copy(update={"alerting": _NETWORK.alerting.model_copy(update={"storm": Storm(subjects=subjects)})})


def condition(
    name: str, subject: str = "contract MS-7895", severity: Severity = Severity.WARNING, ago: float = 1, **changes: str
) -> Condition:
    at = NOW - timedelta(minutes=ago)
    return Condition(
        condition_id=name,
        subject=subject,
        severity=severity,
        finding=f"{name} is wrong.",
        opened=at,
        recent=at,
        owner="item-master",
        remedy="",
        interface=changes.get("interface", "erp-price-load"),
        failure_class=changes.get("failure_class", "item_mapping_missing"),
        sla_id="",
        flow="",
        facilities=(changes.get("facility", "H07"),),
        contracts=("MS-7895",),
        items=(),
        correlation_id="C-1",
    )


def breach(name: str, subject: str, *correlation_ids: str) -> Condition:
    return replace(condition(name, subject), sla_id="activation", about=(subject,), correlation_ids=correlation_ids, contracts=())


def failure(name: str, contracts: tuple[str, ...], *correlation_ids: str) -> Condition:
    about = tuple(f"contract {contract}" for contract in contracts)
    subject = about[0] if len(about) == 1 else f"item {name}"
    return replace(condition(name, subject), contracts=contracts, about=about, correlation_ids=correlation_ids)


def after(decisions: tuple[Decision, ...], before: tuple[Incident, ...] = ()) -> tuple[Incident, ...]:
    """The incidents as the record would tell them."""
    state = {i.incident_id: i for i in before} | {d.incident.incident_id: d.incident for d in decisions}
    return tuple(state.values())


def kinds(decisions: tuple[Decision, ...]) -> list[tuple[Kind, bool]]:
    return [(d.kind, d.notify) for d in decisions]


def test_first_condition_opens_and_notifies() -> None:
    decisions = decide([condition("failure|a")], [], NOW)
    assert kinds(decisions) == [(Kind.OPENED, True)]
    assert decisions[0].reason == "first notification"


def test_breach_of_the_same_subject_joins_and_sends_nothing() -> None:
    opened = decide([condition("failure|a")], [], NOW)
    joined = decide([condition("failure|a"), condition("breach|b")], after(opened), NOW)
    assert kinds(joined) == [(Kind.JOINED, False)]
    assert set(joined[0].incident.conditions) == {"failure|a", "breach|b"}


def test_breaches_of_every_contract_an_unmapped_item_is_on_join_its_incident() -> None:
    item = failure("40-2217", ("K-1", "K-2"))
    opened = decide([item], [], NOW)
    joined = decide([item, breach("b1", "contract K-1"), breach("b2", "contract K-2")], after(opened), NOW)
    assert kinds(joined) == [(Kind.JOINED, False)]
    assert len(joined[0].incident.conditions) == 3


def test_a_breach_joins_the_failure_of_the_same_work_by_correlation_found_at_once_or_later() -> None:
    cause, order = failure("a", ("K-1",), "C-7"), breach("b", "purchase_order PO-1", "C-7")
    assert kinds(decide([cause, order], [], NOW)) == [(Kind.OPENED, True)]
    assert kinds(decide([cause, order], after(decide([cause], [], NOW)), NOW)) == [(Kind.JOINED, False)]


def test_one_price_files_correlation_hides_no_other_contract() -> None:
    first, second = failure("a", ("K-1",), "file-9"), breach("b", "contract K-2", "file-9")
    assert kinds(decide([first, second], [], NOW)) == [(Kind.OPENED, True), (Kind.OPENED, True)]


def test_failures_of_one_batch_stay_apart() -> None:
    assert len(decide([failure("a", ("K-1",), "file-9"), failure("b", ("K-2",), "file-9")], [], NOW)) == 2


def test_severity_that_rises_is_told() -> None:
    opened = decide([condition("failure|a")], [], NOW)
    raised = decide([condition("failure|a"), condition("breach|b", severity=Severity.CRITICAL)], after(opened), NOW)
    assert kinds(raised) == [(Kind.RAISED, True)]
    assert raised[0].incident.severity is Severity.CRITICAL
    assert raised[0].incident.title == "breach|b is wrong.", "the title says what is grave now"


def test_a_group_is_called_by_what_its_members_share() -> None:
    routes = [{"id": "together", "channels": ["test-slack"], "group_by": ["kind", "interface", "facility", "flow", "owner"]}]
    network = small_network(routes=routes)
    both = [condition("failure|a", "item 1"), condition("failure|b", "item 2")]
    (opened,) = decide(both, [], NOW, network)
    assert opened.incident.title == (
        "2 conditions at once: failure, ERP price load, H07 South, owner item-master. First: failure|a is wrong."
    )
    raised = decide([*both, condition("failure|c", "item 3", severity=Severity.CRITICAL)], after((opened,)), NOW, network)
    assert raised[0].incident.title == opened.incident.title, "of many it stays"


def test_two_conditions_found_at_once_are_one_opening_with_the_higher_severity() -> None:
    decisions = decide([condition("failure|a"), condition("breach|b", severity=Severity.CRITICAL)], [], NOW)
    assert kinds(decisions) == [(Kind.OPENED, True)]
    assert decisions[0].incident.severity is Severity.CRITICAL


def test_facilities_join() -> None:
    opened = decide([condition("failure|a")], [], NOW)
    joined = decide([condition("failure|a"), condition("failure|b", facility="H03")], after(opened), NOW)
    assert joined[0].incident.facility_ids == ("H03", "H07")


def test_resolves_only_when_nothing_is_left_open() -> None:
    both = after(decide([condition("failure|a"), condition("breach|b")], [], NOW))
    assert decide([condition("breach|b")], both, NOW) == ()
    resolved = decide([], both, NOW)
    assert kinds(resolved) == [(Kind.RESOLVED, True)]
    assert resolved[0].incident.state is IncidentState.RESOLVED
    assert decide([], after(resolved), NOW) == ()


def test_history_is_recorded_and_nobody_is_told_until_it_is_news_again() -> None:
    old = decide([condition("failure|a", ago=60 * 24)], [], NOW)
    assert kinds(old) == [(Kind.OPENED, False)]
    assert old[0].reason.startswith("historic")
    assert kinds(decide([], after(old), NOW)) == [(Kind.RESOLVED, False)]
    again = decide([condition("failure|a", ago=60 * 24), condition("failure|b")], after(old), NOW)
    assert kinds(again) == [(Kind.TOLD, True)]


def test_news_of_what_history_knows_is_told_as_news() -> None:
    old = [
        condition(f"failure|{n}", subject=f"item {n}", ago=60 * 24, failure_class="uom_mismatch", interface="invoice-match")
        for n in range(30)
    ]
    known = after(decide(old, [], NOW))
    (told,) = decide([*old, condition("failure|new", "item 1")], known, NOW)
    assert (told.incident.title, told.incident.failure_class, told.incident.interface) == (
        "failure|new is wrong.", "item_mapping_missing", "erp-price-load",
    )  # fmt: skip
    storm = decide([*old, *(condition(f"failure|new {n}", f"item {n}") for n in range(30))], known, NOW)
    assert kinds(storm) == [(Kind.OPENED, True)], "one message, not thirty"
    assert storm[0].incident.title.startswith("30 conditions at once: item mapping missing in erp-price-load")


def test_a_storm_with_one_cause_is_one_incident_that_later_ones_join() -> None:
    many = [condition(f"failure|{n}", subject=f"contract K-{n}") for n in range(30)]
    decisions = decide(many, [], NOW)
    assert kinds(decisions) == [(Kind.OPENED, True)]
    assert decisions[0].incident.title.startswith("30 conditions at once: item mapping missing in erp-price-load")
    more = decide([*many, condition("failure|x", subject="contract K-x")], after(decisions), NOW)
    assert kinds(more) == [(Kind.JOINED, False)]


def test_a_storm_is_over_when_it_was_quiet_and_what_fails_then_is_told() -> None:
    many = [condition(f"failure|{n}", subject=f"contract K-{n}") for n in range(30)]
    storm = after(decide(many, [], NOW))
    new = condition("failure|x", subject="contract K-x", ago=-59)
    assert kinds(decide([*many, new], storm, NOW + timedelta(hours=1))) == [(Kind.OPENED, True)]


def test_history_makes_no_storm_that_would_take_in_news_unheard() -> None:
    old = [condition(f"failure|{n}", subject=f"contract K-{n}", ago=60 * 24) for n in range(30)]
    history = decide(old, [], NOW)
    assert kinds(history) == [(Kind.OPENED, False)] * 30
    assert kinds(decide([*old, condition("failure|x", subject="contract K-x")], after(history), NOW)) == [(Kind.OPENED, True)]


def test_a_flood_into_an_open_storm_is_one_decision() -> None:
    many = [condition(f"failure|{n}", subject=f"contract K-{n}") for n in range(5000)]
    storm = decide(many[:30], [], NOW)
    flood = decide(many, after(storm), NOW)
    assert kinds(flood) == [(Kind.JOINED, False)]
    assert len(flood[0].incident.conditions) == 5000


def test_few_subjects_stay_apart() -> None:
    few = [condition(f"failure|{n}", subject=f"contract K-{n}") for n in range(5)]
    assert len(decide(few, [], NOW, storms_of(5))) == 5


@given(st.lists(st.sets(st.integers(0, 23)), min_size=1, max_size=8), st.integers(1, 6))
def test_repeating_a_look_decides_nothing_and_every_open_condition_has_one_home(looks: list[set[int]], storm: int) -> None:
    incidents: tuple[Incident, ...] = ()
    policy = storms_of(storm)
    for look in looks:
        found = [
            condition(
                f"failure|{n}", subject=f"contract K-{n % 7}", severity=list(Severity)[n % 3], failure_class=f"class {n % 2}"
            )
            for n in look
        ]
        incidents = after(decide(found, incidents, NOW, policy), incidents)
        assert decide(found, incidents, NOW, policy) == ()
        homes = [c for i in incidents if i.state is IncidentState.OPEN for c in i.conditions]
        assert len(homes) == len(set(homes))
        assert {c.condition_id for c in found} <= set(homes)


def test_a_subject_with_two_causes_in_two_storms_has_one_home() -> None:
    found = [condition(f"failure|{n}", subject=f"contract K-{n}", failure_class=c) for n in range(20) for c in ("timeout",)]
    found += [condition(f"breach|{n}", subject=f"contract K-{n}", failure_class="item_mapping_missing") for n in range(20)]
    decisions = decide(found, [], NOW)
    homes = [c for d in decisions for c in d.incident.conditions]
    assert sorted(homes) == sorted(c.condition_id for c in found)
