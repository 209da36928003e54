"""The world itself, without a server: the same under a seed, large enough, and faithful to the example network."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest

from domain.configuration import Configuration
from simulator import contracts, orders, queues
from simulator.batches import JOBS
from simulator.network import FACILITIES
from simulator.pricebook import PriceBook
from simulator.signals import BatchReport, Event, Overpayment, Signal, Trace
from simulator.world import Agenda, World
from tests.simulator.conftest import FIRST, SMALL, utc

DAY = date(2026, 10, 1)


@pytest.fixture(scope="module")
def fortnight() -> list[Signal]:
    return Agenda(World(7, FIRST, SMALL), utc(2026, 9, 28)).until(utc(2026, 10, 12))


def test_a_day_is_the_same_under_the_same_seed() -> None:
    assert list(World(7, FIRST, SMALL).stories(DAY)) == list(World(7, FIRST, SMALL).stories(DAY))


def test_a_day_is_the_same_whatever_was_told_before() -> None:
    told, fresh = World(7, FIRST, SMALL), World(7, FIRST, SMALL)
    for n in range((DAY - FIRST).days):
        list(told.stories(FIRST + timedelta(n)))
    assert list(told.stories(DAY)) == list(fresh.stories(DAY))


def test_another_seed_is_another_world() -> None:
    assert list(World(7, FIRST, SMALL).stories(DAY)) != list(World(8, FIRST, SMALL).stories(DAY))


def test_resuming_says_what_an_uninterrupted_run_would_have_said(fortnight: list[Signal]) -> None:
    rest = Agenda(World(7, FIRST, SMALL), utc(2026, 10, 8, 13, 30)).until(utc(2026, 10, 12))
    assert rest == [s for s in fortnight if s.at >= utc(2026, 10, 8, 13, 30).timestamp()]


def test_nothing_is_said_twice_over_two_takes() -> None:
    agenda = Agenda(World(7, FIRST, SMALL), utc(2026, 9, 28))
    halves = agenda.until(utc(2026, 9, 30, 11)) + agenda.until(utc(2026, 10, 2))
    assert halves == Agenda(World(7, FIRST, SMALL), utc(2026, 9, 28)).until(utc(2026, 10, 2))


def test_eight_weeks_hold_the_promised_number_of_contract_lines_and_orders() -> None:
    days = [FIRST + timedelta(n) for n in range(56)]
    lines = sum(len(c.lines) for day in days for c in contracts.executed_on(7, day))
    assert lines >= 5000
    assert sum(round(orders.WEEKDAY_ORDERS * orders.volume(day) * 0.96) for day in days) >= 50_000


def test_a_weekday_at_full_scale_holds_its_share_of_the_spans() -> None:
    """Eight weeks are 38 weekdays' worth of stories at the least; 600,000 spans of them are asked for."""
    spans = sum(len(s.spans) for s in World(7, DAY, 1.0).stories(DAY) if isinstance(s, Trace))
    assert spans * 38 >= 600_000


def test_events_have_ids_of_their_own(fortnight: list[Signal]) -> None:
    ids = Counter(s.id for s in fortnight if isinstance(s, Event))
    assert [i for i, n in ids.items() if n > 1] == []


def test_everything_said_names_what_the_example_configures(fortnight: list[Signal], example: Configuration) -> None:
    interfaces = {i.id for i in example.interfaces}
    said = {span.attributes["interface.id"] for s in fortnight if isinstance(s, Trace) for span in s.spans}
    assert said <= interfaces
    assert {j.name for j in JOBS} == {i.job for i in example.interfaces if i.job}
    assert set(queues.QUEUES) == {i.queue for i in example.interfaces if i.queue}
    assert {f.id for f in FACILITIES} == {f.id for f in example.facilities}
    assert {f.zone for f in FACILITIES} == {f.time_zone for f in example.facilities}


def test_every_fault_is_classified_as_meant_by_the_example_rules(fortnight: list[Signal], example: Configuration) -> None:
    wrong = [(fault, found) for fault in _faults(fortnight) if (found := _classify(fault, example)) != fault.failure_class]
    assert wrong == []


def test_spans_end_after_they_start_and_children_belong_to_a_span_before_them(fortnight: list[Signal]) -> None:
    for signal in fortnight:
        if isinstance(signal, Trace):
            assert all(s.start <= s.end <= signal.at and s.parent < n for n, s in enumerate(signal.spans)), signal


def test_a_price_agreed_but_not_loaded_costs_money() -> None:
    prices = PriceBook(7, FIRST)
    prices.read_until(FIRST + timedelta(28))
    contract, line = next(
        (c, line) for n in range(28) for c in contracts.executed_on(7, FIRST + timedelta(n)) for line in c.lines if line.loaded > c.valid_from > c.executed
    )  # fmt: skip
    before = prices.quote(line.item, line.facility.id, line.loaded - 60)
    after = prices.quote(line.item, line.facility.id, line.loaded + 60)
    assert (before.contract, before.agreed) == (contract.id, contract.prices[line.item.id])
    assert before.erp != before.agreed
    assert after.erp == after.agreed


def test_overpayments_are_positive_and_follow_from_the_lines_told(fortnight: list[Signal]) -> None:
    lines = {(s.data["purchase_order_id"], s.data["line"]) for s in fortnight if isinstance(s, Event) and s.kind == "po_line"}
    overpaid = [s for s in fortnight if isinstance(s, Overpayment)]
    assert overpaid
    assert all(s.cost > 0 and (s.purchase_order, s.line) in lines for s in overpaid)


def _faults(signals: list[Signal]) -> list[Any]:
    found: list[Any] = []
    for signal in signals:
        match signal:
            case Trace(spans=spans):
                found += [s.fault for s in spans if s.fault]
            case Event(fault=fault) if fault:
                found.append(fault)
            case BatchReport(faults=faults):
                found += faults
    return found


def _classify(fault: Any, example: Configuration) -> str:
    for rule in example.failure_rules:
        if rule.code is not None and rule.code != fault.code:
            continue
        if rule.pattern is not None and not re.search(rule.pattern, fault.message):
            continue
        return rule.failure_class
    return "unclassified"
