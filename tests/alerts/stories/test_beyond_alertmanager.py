"""What Alertmanager lacks: severity, acknowledgement, snooze, maintenance, storms, flapping, throttling, ends for those told."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from alerts import maintenance
from alerts.conditions import Condition
from alerts.decisions import Decision, Kind
from alerts.incidents import Incident, IncidentState
from alerts.journal import INCIDENT
from alerts.pipeline import Surroundings, Tally, run
from domain.configuration import Configuration
from domain.slas import Severity
from tests.alerts.test_decisions import condition
from tests.support.network import NETWORK

BEGIN = datetime(2026, 11, 19, 15, 0, tzinfo=UTC)
_ROUTES = [
    {"id": "page", "channels": ["slack"], "match": {"min_severity": "critical"}},
    {"id": "ticket", "channels": ["mail"]},
]


class Scene:
    """Rounds on a clock in hand; incidents go through their record between them. `told`: (second, channel, kind)."""

    def __init__(self, **changes: Any) -> None:
        self.configuration = Configuration.model_validate({**NETWORK, "routes": _ROUTES, **changes})
        self.incidents: dict[str, Incident] = {}
        self.told: list[tuple[int, str, Kind]] = []
        self.tally = Tally()
        self.looked: datetime | None = None

    def round(self, second: int, found: Sequence[Condition], unanswered: frozenset[str] = frozenset()) -> tuple[Decision, ...]:
        now = BEGIN + timedelta(seconds=second)
        active = maintenance.active(self.configuration, now)
        around = Surroundings(self.configuration, now, self.looked, maintenance=active, tally=self.tally, unanswered=unanswered)
        still = [i for i in self.incidents.values() if i.state is IncidentState.OPEN]
        ended = [i for i in self.incidents.values() if i.state is IncidentState.RESOLVED]
        decisions = run(found, still, around, ended)
        for decision in decisions:
            kept = INCIDENT.validate_json(INCIDENT.dump_json(decision.incident))
            self.incidents[kept.incident_id] = kept
            self.told += [(second, target.channel, decision.kind) for target in decision.targets]
        self.looked = now
        return decisions

    def rounds(self, begin: int, end: int, found: Sequence[Condition]) -> None:
        for second in range(begin, end, 5):
            self.round(second, found)

    def change(self, edit: Callable[[Incident], Incident]) -> None:
        """What a command of a person does to the only incident."""
        ((name, incident),) = self.incidents.items()
        self.incidents[name] = edit(incident)


def at(
    second: int, name: str = "failure|a", subject: str = "contract K-1", severity: Severity = Severity.WARNING, **changes: str
) -> Condition:
    opened = BEGIN + timedelta(seconds=second)
    return replace(condition(name, subject, severity, **changes), opened=opened, recent=opened, contracts=())


def test_a_page_goes_out_at_once_and_so_does_its_end() -> None:
    scene = Scene()
    scene.round(0, [at(0, severity=Severity.CRITICAL)])
    scene.round(5, [])
    assert scene.told == [(0, "slack", Kind.OPENED), (5, "slack", Kind.RESOLVED)]


def test_a_severity_that_rises_is_told_at_once_by_the_route_it_now_takes() -> None:
    scene = Scene()
    scene.rounds(0, 60, [at(0)])
    scene.rounds(60, 120, [at(0), at(60, "breach|b", severity=Severity.CRITICAL)])
    assert scene.told == [(30, "mail", Kind.TOLD), (60, "slack", Kind.RAISED)]
    scene.round(120, [])
    assert sorted(scene.told[2:]) == [(120, "mail", Kind.RESOLVED), (120, "slack", Kind.RESOLVED)]


def test_an_end_reaches_exactly_those_told_whatever_the_routes_say_by_then() -> None:
    scene = Scene()
    scene.round(0, [at(0, severity=Severity.CRITICAL)])
    scene.configuration = Configuration.model_validate({**NETWORK, "routes": [{"id": "other", "channels": ["mail"]}]})
    scene.round(5, [])
    assert scene.told == [(0, "slack", Kind.OPENED), (5, "slack", Kind.RESOLVED)]
    scene.configuration = Configuration.model_validate({**NETWORK, "routes": []})
    scene.round(10, [at(10, severity=Severity.CRITICAL)])
    assert scene.told[2:] == []


def test_an_acknowledged_incident_is_not_said_again_and_its_end_is() -> None:
    scene = Scene()
    scene.round(0, [at(0, severity=Severity.CRITICAL)])
    scene.change(lambda i: replace(i, acknowledged=BEGIN + timedelta(minutes=1), acknowledged_by="dana"))
    scene.rounds(60, 5 * 3600, [at(0, severity=Severity.CRITICAL)])
    assert scene.told == [(0, "slack", Kind.OPENED)]
    scene.round(5 * 3600, [])
    assert scene.told[1:] == [(5 * 3600, "slack", Kind.RESOLVED)]


def test_an_open_page_nobody_takes_up_is_said_again_after_the_repeat_interval() -> None:
    scene = Scene()
    scene.rounds(0, 4 * 3600 + 30, [at(0, severity=Severity.CRITICAL)])
    (first, again) = scene.told
    assert (first, again[1:]) == ((0, "slack", Kind.OPENED), ("slack", Kind.REPEATED))
    assert abs(again[0] - 4 * 3600) <= 10


def test_a_snoozed_incident_wakes_when_its_time_is_over() -> None:
    scene = Scene()
    scene.round(0, [at(0, severity=Severity.CRITICAL)])
    scene.change(lambda i: replace(i, snoozed_until=BEGIN + timedelta(seconds=1000)))
    scene.rounds(5, 1100, [at(0, severity=Severity.CRITICAL)])
    assert scene.told == [(0, "slack", Kind.OPENED), (1000, "slack", Kind.REPEATED)]


def test_what_somebody_resolved_stays_resolved_until_there_is_newer_evidence() -> None:
    scene = Scene()
    old = at(0, severity=Severity.CRITICAL)
    scene.round(0, [old])
    scene.change(lambda i: replace(i, state=IncidentState.RESOLVED, resolved=BEGIN + timedelta(seconds=60)))
    scene.rounds(60, 7200, [old])
    assert [kind for _, _, kind in scene.told] == [Kind.OPENED]
    scene.round(7200, [replace(old, recent=BEGIN + timedelta(seconds=7190))])
    assert [kind for _, _, kind in scene.told] == [Kind.OPENED, Kind.OPENED]


def test_maintenance_holds_and_what_is_open_at_its_end_is_told() -> None:
    window = {
        "id": "m",
        "name": "ERP upgrade",
        "start": BEGIN.isoformat(),
        "end": (BEGIN + timedelta(minutes=10)).isoformat(),
        "interfaces": ["erp-price-load"],
    }
    scene = Scene(exclusions=[window])
    page, other = at(0, severity=Severity.CRITICAL), at(0, "failure|b", "contract K-2", Severity.CRITICAL, interface="po-to-erp")
    scene.round(0, [page, other])
    assert scene.told == [(0, "slack", Kind.OPENED)]
    held = next(i for i in scene.incidents.values() if i.interface == "erp-price-load")
    assert held.reasons[-1] == "opened: under maintenance: ERP upgrade"
    scene.rounds(5, 620, [page, other])
    assert scene.told[1:] == [(600, "slack", Kind.TOLD)]


def test_outside_of_active_hours_a_route_waits_for_them() -> None:
    intervals = [
        {
            "id": "day",
            "spans": [{"weekdays": ["mon:fri"], "times": [{"start": "09:05", "end": "17:00"}], "time_zone": "America/Chicago"}],
        }
    ]
    scene = Scene(
        routes=[{"id": "all", "channels": ["mail"], "active": ["day"], "group_interval": "1m"}], time_intervals=intervals
    )
    scene.rounds(0, 600, [at(0)])  # 15:00 UTC is 09:00 in Chicago.
    (told,) = scene.told
    assert 300 <= told[0] <= 360


def test_of_a_class_the_first_is_told_at_once_and_its_neighbours_a_moment_later() -> None:
    scene = Scene()
    few = [at(0, f"failure|{n}", f"contract K-{n}", Severity.CRITICAL) for n in range(5)]
    scene.rounds(0, 30, few)
    assert [second for second, _, _ in scene.told] == [0, 10, 10, 10, 10]


def test_beyond_the_first_of_an_hour_every_tenth_is_told() -> None:
    throttles = [{"id": "t", "first": 2, "then_every": 3, "within": "1h"}]
    scene = Scene(alerting={"throttles": throttles, "storm": {"subjects": 1000}})
    found: list[Condition] = []
    for n in range(9):
        found.append(at(60 * n, f"failure|{n}", f"contract K-{n}", Severity.CRITICAL))
        scene.round(60 * n, found)
    assert [second // 60 for second, _, _ in scene.told] == [0, 1, 4, 7]
    held = next(i for i in scene.incidents.values() if i.subject == "contract K-2")
    assert held.reasons[-1].startswith("opened: throttled (t): one of 3 of its class")


def test_what_flaps_is_said_so_once_and_ends_after_it_stayed_away() -> None:
    scene = Scene()
    for n in range(6):  # Three minutes on, three minutes off.
        scene.rounds(360 * n, 360 * n + 180, [at(360 * n, severity=Severity.CRITICAL)])
        scene.rounds(360 * n + 180, 360 * n + 360, [])
    scene.rounds(2160, 3600, [])
    kinds = [kind for _, _, kind in scene.told]
    assert kinds == [Kind.OPENED, Kind.RESOLVED, Kind.OPENED, Kind.RESOLVED, Kind.OPENED, Kind.RESOLVED]
    flapping = [i for i in scene.incidents.values() if i.flapping]
    assert len(flapping) == 1
    assert flapping[0].reasons[0] == "opened: flapping: opened 3 times within 1 h"
    assert scene.told[-1][0] - 1980 >= 900, "fifteen minutes after it was last seen"


def test_a_kind_that_cannot_be_asked_ends_nothing() -> None:
    scene = Scene()
    scene.round(0, [at(0, severity=Severity.CRITICAL)])
    scene.round(5, [], unanswered=frozenset({"failure"}))
    assert len(scene.told) == 1
    scene.round(10, [])
    assert scene.told[-1] == (10, "slack", Kind.RESOLVED)


@pytest.mark.parametrize("each", [10_000, 80])
def test_a_storm_of_ten_thousand_is_at_most_three_messages(each: int) -> None:
    """All at once, or eighty at a time with three before them."""
    scene = Scene()
    storm = [
        at(0, f"failure|{n}", f"contract K-{n}", Severity.CRITICAL, facility=f"H0{n % 3}")
        for n in range(10_000 if each == 10_000 else 2_000)
    ]
    begun, second = time.process_time(), 0
    for count in (3, *range(each, len(storm) + 1, each)):
        scene.round(second, storm[:count])
        second += 5
    spent = time.process_time() - begun
    scene.rounds(second, second + 60, storm)
    scene.round(second + 60, [])
    assert len(scene.told) <= 3
    (whole,) = [i for i in scene.incidents.values() if i.cause]
    assert whole.cause == "item_mapping_missing in erp-price-load"
    assert scene.told[-1][2] is Kind.RESOLVED
    assert all(i.state is IncidentState.RESOLVED for i in scene.incidents.values())
    assert spent < 5 or each != 10_000


def test_a_storm_names_what_its_subjects_share() -> None:
    scene = Scene()
    found = [
        at(
            0,
            f"failure|{n}",
            f"contract K-{n}",
            interface=("po-to-erp", "erp-price-load", "clm-contract-events")[n % 3],
            failure_class=f"class-{n % 5}",
            facility=f"H{n:02}",
        )
        for n in range(30)
    ]
    scene.round(0, found)
    (incident,) = scene.incidents.values()
    assert incident.cause == "everything that touches system erp"
    assert len(incident.conditions) == 30


def test_history_under_a_storm_is_left_alone_and_a_taken_up_incident_stays() -> None:
    scene = Scene()
    scene.round(0, [at(0, severity=Severity.CRITICAL)])
    scene.change(lambda i: replace(i, acknowledged=BEGIN, acknowledged_by="dana"))
    storm = [at(5, f"failure|{n}", f"contract S-{n}", Severity.CRITICAL) for n in range(20)]
    scene.round(5, [at(0, severity=Severity.CRITICAL), *storm])
    assert sorted(i.subject for i in scene.incidents.values() if i.state is IncidentState.OPEN) == [
        "contract K-1",
        "item_mapping_missing in erp-price-load",
    ]
