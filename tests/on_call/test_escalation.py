"""Plans beside a walk through the policy minute by minute, which counts down instead of adding up."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.on_call import escalation
from domain.configuration import Configuration

BEGIN = datetime(2026, 3, 8, 6, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
_PEOPLE = [{"id": "anna", "name": "Anna", "email": "anna@example.org"}]

_STEPS = st.lists(
    st.fixed_dictionaries({"delay": st.integers(0, 30), "repeat": st.integers(0, 3), "every": st.integers(1, 10)}),
    min_size=1,
    max_size=4,
)
_POLICIES = st.lists(
    st.fixed_dictionaries({"steps": _STEPS, "repeat": st.integers(0, 2), "pause": st.integers(1, 20)}), min_size=1, max_size=3
)


def _world(policies: list[dict[str, Any]]) -> Configuration:
    def policy(n: int, one: dict[str, Any]) -> dict[str, Any]:
        steps = [
            {"people": ["anna"], "repeat": s["repeat"], "delay": s["delay"] * MINUTE, "every": s["every"] * MINUTE} for s in one["steps"]
        ]  # fmt: skip
        following = f"p{n + 1}" if n + 1 < len(policies) else None
        return {"id": f"p{n}", "steps": steps, "repeat": one["repeat"], "pause": one["pause"] * MINUTE, "hand_over": following}

    return Configuration.model_validate(
        {"people": _PEOPLE, "escalation_policies": [policy(n, p) for n, p in enumerate(policies)]}
    )


def _walk(policies: list[dict[str, Any]]) -> list[int]:
    """Minutes at which something is said: a list of waits, walked through with a stop watch."""
    waits: list[int] = []
    for number, policy in enumerate(policies):
        for turn in range(1 + policy["repeat"]):
            before = 0 if (number, turn) == (0, 0) else (policy if turn else policies[number - 1])["pause"]
            for place, one in enumerate(policy["steps"]):
                waits.append(one["delay"] + (before if place == 0 else 0))
                waits.extend([one["every"]] * one["repeat"])
    said, clock = [], 0
    for wait in waits:
        for _ in range(wait):
            clock += 1
        said.append(clock)
    return said


def _plan(policies: list[dict[str, Any]]) -> escalation.Plan:
    configuration = _world(policies)
    return escalation.plan_of(configuration.escalation_policies[0], "all", ("mail",), configuration)


@settings(max_examples=60, deadline=None)
@given(policies=_POLICIES)
def test_every_message_comes_at_the_minute_the_walk_finds(policies: list[dict[str, Any]]) -> None:
    plan = _plan(policies)
    assert [step.after // MINUTE for step in plan.steps] == _walk(policies)
    assert escalation.read(escalation.written(plan)) == plan


@settings(max_examples=60, deadline=None)
@given(
    policies=_POLICIES,
    pauses=st.lists(st.tuples(st.integers(0, 120), st.integers(1, 60)), max_size=3),
    looks=st.lists(st.integers(0, 400), min_size=1, max_size=30),
)
def test_a_pause_delays_what_comes_after_it_by_its_length(
    policies: list[dict[str, Any]], pauses: list[tuple[int, int]], looks: list[int]
) -> None:
    """Beside it a stop watch that only runs while nobody has answered."""
    plan, watch, standing = _plan(policies), 0, set[int]()
    for begins, lasts in pauses:
        standing |= set(range(begins, begins + lasts))
    plan = _began(plan)
    due = _walk(policies)
    for minute in range(max(looks) + 1):
        now = BEGIN + minute * MINUTE
        watch += 0 if minute == 0 or minute - 1 in standing else 1
        plan = plan.paused_at(now) if minute in standing else plan.resumed(now)
        expected = () if minute in standing else tuple(n for n, at in enumerate(due) if at <= watch)
        assert plan.due(now) == expected, minute


def _began(plan: escalation.Plan) -> escalation.Plan:

    return replace(plan, began=BEGIN)


def test_the_names_of_steps_say_where_they_stand() -> None:
    configuration = Configuration.model_validate({
        "people": _PEOPLE,
        "escalation_policies": [
            {"id": "page", "steps": [{"people": ["anna"], "repeat": 1}, {"people": ["anna"], "delay": "10m"}], "repeat": 1, "hand_over": "chief"},
            {"id": "chief", "steps": [{"people": ["anna"]}]},
        ],
    })  # fmt: skip
    plan = escalation.plan_of(configuration.escalation_policies[0], "all", (), configuration)
    assert [(step.after // MINUTE, step.name) for step in plan.steps] == [
        (0, "step 1 of 2 of page"),
        (5, "step 1 of 2 of page, said again (1)"),
        (15, "step 2 of 2 of page"),
        (30, "step 1 of 2 of page, round 2"),
        (35, "step 1 of 2 of page, round 2, said again (1)"),
        (45, "step 2 of 2 of page, round 2"),
        (60, "step 1 of 1 of chief"),
    ]
