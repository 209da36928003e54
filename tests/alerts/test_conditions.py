"""Each kind of condition from evidence in a real store, its guards, and the pace at which it is asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from alerts.conditions import Condition, Conditions, labels_of
from alerts.conditions.open_failures import OpenFailures
from analytics import flows, sla
from analytics.context import Context
from domain.conditions import DEFAULT_CONDITIONS, KINDS, FailureOpen, in_force, kind_of
from domain.slas import Severity
from store.store import Store
from tests.conftest import NOW
from tests.support.network import NETWORK, small_network
from tests.support.telemetry import Telemetry

_MINUTE = timedelta(minutes=1)
Ask = Callable[..., dict[str, Condition]]


@pytest.fixture
def ask(context: Context) -> Ask:
    """Asks one rule, with fields of its own and other sections of the configuration, and answers by condition id."""

    def asked(
        kind: str,
        at: datetime = NOW,
        known: dict[str, datetime] | None = None,
        sections: dict[str, Any] | None = None,
        **fields: Any,
    ) -> dict[str, Condition]:
        off = [{"id": f"off-{n}", "kind": kind_of(k), "enabled": False} for n, k in enumerate(KINDS) if kind_of(k) != kind]
        rules = small_network(conditions=[*off, {"id": "asked", "kind": kind, **fields}]).conditions
        configuration = context.configuration.model_copy(update={"conditions": rules, **(sections or {})})
        found = Conditions(replace(context, configuration=configuration, clock=lambda: at)).open(known or {})
        return {condition.condition_id: condition for condition in found}

    return asked


def _with(context: Context, **sections: Any) -> Context:
    """Another configuration, with a fingerprint of its own."""
    return replace(context, configuration=context.configuration.model_copy(update=sections))


def _calls(telemetry: Telemetry, good: int, bad: int, interface: str = "po-to-erp", ago: float = 3, **keys: str) -> None:
    with telemetry.together():
        for n in range(good + bad):
            error = None if n < good else "No mapping for item 1 at H07"
            telemetry.span("post", NOW - timedelta(minutes=ago, seconds=-n * 0.01), error=error, interface_id=interface, **keys)


def test_every_kind_has_a_default_that_is_asked_and_finds_nothing_in_an_empty_store(context: Context) -> None:
    assert {type(rule) for rule in DEFAULT_CONDITIONS} == set(KINDS)
    asking = Conditions(context)
    assert asking.unanswered == {kind_of(kind) for kind in KINDS}
    assert asking.open({}) == ()
    assert asking.unanswered == frozenset()


def test_a_configured_rule_replaces_the_default_of_its_kind_and_one_may_be_turned_off() -> None:
    rules = small_network(
        conditions=[{"id": "mine", "kind": "batch"}, {"id": "off", "kind": "health", "enabled": False}]
    ).conditions
    ids = {rule.id for rule in in_force(rules)}
    assert "mine" in ids
    assert not ids & {"default-batch", "default-health", "off"}
    assert len(ids) == len(KINDS) - 1


def test_failure_rate_needs_a_share_and_enough_traffic(ask: Ask, telemetry: Telemetry) -> None:
    _calls(telemetry, 15, 3)
    assert ask("failure_rate", share=0.1) == {}, "fewer than twenty calls"
    _calls(telemetry, 10, 3)
    assert ask("failure_rate", share=0.5) == {}
    (found,) = ask("failure_rate", share=0.19).values()
    assert (found.subject, found.severity, found.owner) == ("interface po-to-erp", Severity.CRITICAL, "integration")
    assert "19.4 % of the calls of PO to ERP failed in 15 min (6 of 31)" in found.finding
    assert ask("failure_rate", share=0.19, at=NOW + timedelta(hours=1)) == {}


def test_failure_count_counts_records_by_class_and_interface(ask: Ask, telemetry: Telemetry) -> None:
    with telemetry.together():
        for n in range(6):
            telemetry.span(
                "load", NOW - _MINUTE, error=f"No mapping for item {n} at H07", interface_id="erp-price-load", item_id=str(n)
            )
    assert ask("failure_count", at_least=7) == {}
    (found,) = ask("failure_count", at_least=6).values()
    assert (found.failure_class, found.interface, found.remedy[:7]) == ("item_mapping_missing", "erp-price-load", "Add the")
    assert found.finding.startswith("6 records failed with item mapping missing at ERP price load")


def test_failure_dollars_adds_what_open_failures_hold_up(ask: Ask, telemetry: Telemetry, store: Store) -> None:
    telemetry.span(
        "post", NOW - _MINUTE, error="No mapping for item 9 at H07", interface_id="po-to-erp", purchase_order_id="PO-1"
    )
    line = {
        "purchase_order_id": "PO-1", "line": 1, "facility_id": "H07", "supplier_id": "", "contract_id": "", "item_id": "9", "quantity": 100,
        "uom": "EA", "pack_factor": 1, "price": 300, "currency": "USD", "ordered": NOW - _MINUTE / 2, "source_id": "s", "received": NOW,
    }  # fmt: skip
    store.insert("po_lines", [line])
    found = ask("failure_dollars", at_least=20_000)
    assert [condition.dollars for condition in found.values()] == [30_000]
    assert ask("failure_dollars", at_least=40_000) == {}


def test_open_failures_ask_the_whole_rarely_and_still_see_news_and_ends(context: Context, telemetry: Telemetry) -> None:
    def fail(name: str, at: datetime) -> None:
        telemetry.span(
            "load", at, error=f"No mapping for item {name} at H07", interface_id="erp-price-load", item_id=name, contract_id=name
        )

    asking, clock = OpenFailures(FailureOpen(id="f", kind="failure")), [NOW]
    timed = replace(context, clock=lambda: clock[0])

    def names() -> set[str]:
        return {condition.subject for condition in asking.ask(timed, {})}

    fail("K1", NOW - timedelta(hours=5))
    assert names() == {"contract K1"}
    clock[0] += timedelta(seconds=5)
    fail("K2", NOW)
    assert names() == {"contract K1", "contract K2"}, "what is new, and what a look back of minutes no longer sees"
    clock[0] += timedelta(seconds=5)
    telemetry.span(
        "load", NOW + timedelta(seconds=6), interface_id="erp-price-load", item_id="K1", contract_id="K1", facility_id="H07"
    )
    assert names() == {"contract K2"}
    fail("late", NOW - timedelta(hours=2))
    clock[0] += timedelta(seconds=5)
    assert names() == {"contract K2"}
    clock[0] += timedelta(minutes=2)
    assert names() == {"contract K2", "contract late"}, "late evidence is found by the whole look"


def test_budget_burn_and_risk_follow_what_was_measured(ask: Ask, context: Context, telemetry: Telemetry) -> None:
    context = _with(context, slas=context.configuration.slas[:1])
    with telemetry.together():
        for n in range(140):
            error = "no" if n % 2 else None
            telemetry.span("post", NOW - timedelta(minutes=2 + n % 57), error=error, interface_id="po-to-erp")
    sla.measure(context)
    sla.record_breaches(context)
    found = {condition.kind: condition for condition in Conditions(context).open({}) if condition.sla_id}
    assert set(found) == {"burn_rate", "budget", "breach"}, "what is spent is not at risk any more"
    assert (found["burn_rate"].severity, found["burn_rate"].subject) == (Severity.CRITICAL, "SLA po-success")
    assert "burns its error budget" in found["burn_rate"].finding
    assert found["budget"].severity is Severity.CRITICAL
    assert "70 of 140 bad" in found["budget"].finding
    assert ask("budget", sections={"slas": context.configuration.slas}, min_total=1_000) == {}, "too little traffic says nothing"


def test_an_instance_that_is_stuck_is_about_its_contract(ask: Ask, context: Context, telemetry: Telemetry) -> None:
    telemetry.milestone("contract_activation", "MS-1", "executed", NOW - timedelta(days=2), facility_id="H07", item_id="9")
    flows.catch_up(context)
    (found,) = ask("flow_stuck").values()
    assert (found.subject, found.facilities, found.severity) == ("contract MS-1", ("H07",), Severity.WARNING)
    assert found.party == "supplier"
    assert ask("flow_stuck", severity="critical", flows=["purchase_order"]) == {}


def test_an_instance_that_waits_longer_than_all_before_it_is_at_risk(ask: Ask, context: Context, telemetry: Telemetry) -> None:
    for n in range(21):
        begun = NOW - timedelta(days=3, minutes=n)
        for hours, milestone in ((0.0, "created"), (0.5, "erp_posted"), (6.0, "acknowledged")):
            telemetry.milestone("purchase_order", f"PO{n}", milestone, begun + timedelta(hours=hours))
    telemetry.milestone("purchase_order", "PO-slow", "created", NOW - timedelta(hours=20))
    telemetry.milestone("purchase_order", "PO-slow", "erp_posted", NOW - timedelta(hours=19.5))
    flows.catch_up(context)
    (found,) = ask("flow_at_risk").values()
    assert (found.subject, found.severity, found.party) == ("purchase_order PO-slow", Severity.INFO, "supplier")
    assert "is at risk: it usually needs longer than is left; due Nov 19" in found.finding


def _queue(store: Store, minutes_ago: float, **figures: Any) -> None:
    row = {"queue": "price.load", "broker": "", "interface_id": "", "time": NOW - timedelta(minutes=minutes_ago), "received": NOW}
    store.insert("queue_samples", [row | figures])


def test_queues_that_drain_slowly_wait_long_or_stand_still(ask: Ask, store: Store) -> None:
    for ago in (14, 10, 5, 1):
        _queue(store, ago, depth=5000, ack_rate=1.5, publish_rate=1.0, consumers=2, oldest_age_seconds=4000.0)
    (slow,) = ask("queue_drain").values()
    assert "holds 5,000 messages and needs 2.8 h to drain" in slow.finding
    assert ask("queue_drain", min_depth=6000) == {}
    assert ask("queue_drain", longer_than="3h") == {}
    (old,) = ask("queue_age").values()
    assert (old.owner, old.interface) == ("item-master", "erp-price-load")
    for ago in (30, 20, 12, 1):
        _queue(store, ago, queue="idle", depth=7, consumers=0)
    (stuck,) = ask("queue_stuck").values()
    assert stuck.severity is Severity.CRITICAL
    assert "is stuck with 7 messages: nobody is connected" in stuck.finding


def test_batches_late_missed_and_not_whole(ask: Ask, store: Store) -> None:
    arrivals = small_network(arrivals=[
        {"id": "price", "job": "price-load", "time_zone": "UTC", "cron": "0 14 * * *", "grace": "15m", "missed_after": "12h"},
    ]).arrivals  # fmt: skip
    sections = {"arrivals": arrivals}
    late = next(c for c in ask("batch", sections=sections, within="2h").values())
    assert (late.severity, late.labels) == (Severity.WARNING, (("arrival", "price"), ("job", "price-load")))
    missed = next(c for c in ask("batch", sections=sections, at=NOW + timedelta(hours=14), within="20h").values())
    assert missed.severity is Severity.CRITICAL
    run = {
        "job": "price-load",
        "run_id": "1",
        "status": "partial",
        "started": NOW - timedelta(minutes=55),
        "finished": NOW - timedelta(minutes=50),
        "received": NOW,
    }
    store.insert("batch_runs", [{**_EMPTY_RUN, **run}])
    (partial,) = ask("batch", sections=sections, within="2h").values()
    assert "is not whole: partial" in partial.finding


_EMPTY_RUN: dict[str, Any] = {
    "interface_id": "", "facility_id": "", "business_date": None, "file_name": "", "file_hash": "", "records_expected": None,
    "records_read": None, "records_accepted": None, "records_rejected": None, "control_total_expected": None,
    "control_total_actual": None, "message": "", "correlation_id": "",
}  # fmt: skip


def test_a_source_that_spoke_and_stopped_is_silent(ask: Ask, telemetry: Telemetry) -> None:
    with telemetry.together():
        for ago in range(60, 90):
            at = NOW - timedelta(minutes=ago)
            telemetry.span("post", at, interface_id="po-to-erp", service="purchasing-hub", received=at)
    (found,) = ask("silent_source").values()
    assert found.finding == "purchasing-hub has sent no traces for PO to ERP for 1 h."
    assert (found.severity, found.labels) == (Severity.CRITICAL, (("source", "purchasing-hub"),))


def test_keys_sent_and_never_received(ask: Ask, telemetry: Telemetry) -> None:
    one = {
        "id": "po",
        "name": "POs into the ERP",
        "within": "1h",
        "sent": {"flow": "purchase_order", "milestone": "created"},
        "received": {"flow": "purchase_order", "milestone": "erp_posted"},
    }
    sections = {"handovers": small_network(handovers=[one]).handovers}
    for n in range(6):
        telemetry.milestone("purchase_order", f"PO{n}", "created", NOW - timedelta(hours=3))
        if n > 1:
            telemetry.milestone("purchase_order", f"PO{n}", "erp_posted", NOW - timedelta(hours=2, minutes=50))
    (found,) = ask("completeness", sections=sections).values()
    assert found.finding == '"POs into the ERP": 2 of 6 sent were not received in time.'
    assert ask("completeness", sections=sections, min_sent=7) == {}
    assert ask("completeness", sections=sections, share=0.5) == {}


def test_supplyscope_itself(ask: Ask, store: Store) -> None:
    job = {
        "job": "measure",
        "process": "p",
        "every_seconds": 5.0,
        "runs": 9,
        "failures": 3,
        "skipped": 0,
        "last_started": NOW,
        "last_finished": NOW,
        "last_seconds": 0.1,
        "running_since": None,
        "last_error": "QueryFailed: x",
        "recorded": NOW,
    }
    store.insert("job_runs", [job])
    store.insert("observed", [{"minute": NOW - timedelta(minutes=20), "role": "collector", "received": NOW}])
    store.insert(
        "intake_refusals",
        [{"minute": NOW - timedelta(minutes=5), "signal": "traces", "reason": "too large", "refused": 90, "received": NOW}],
    )
    found = {condition.subject: condition for condition in ask("health").values()}
    assert set(found) == {"Supplyscope job measure", "Supplyscope refusals", "Supplyscope intake"}
    assert found["Supplyscope intake"].severity is Severity.CRITICAL


def test_a_rule_may_wait_filter_and_say_otherwise(ask: Ask, context: Context, telemetry: Telemetry) -> None:
    _calls(telemetry, 10, 20)
    assert ask("failure_rate", where=['interface="erp-price-load"']) == {}
    (found,) = ask(
        "failure_rate", where=['interface=~"po-.*"'], severity="info", owner="item-master", labels={"team": "x"}
    ).values()
    assert (found.severity, found.owner) == (Severity.INFO, "item-master")
    assert labels_of(found, context.configuration)["team"] == ("x",)
    assert labels_of(found, context.configuration)["system"] == ("purchasing", "erp")
    assert ask("failure_rate", **{"for": "10m"}) == {}
    assert len(ask("failure_rate", **{"for": "1m"})) == 1


def test_an_answer_stands_until_its_rule_is_due_again(context: Context, telemetry: Telemetry) -> None:
    clock = [NOW]
    asking = Conditions(replace(context, clock=lambda: clock[0]))
    assert asking.open({}) == ()
    _calls(telemetry, 0, 30)
    clock[0] += timedelta(seconds=10)
    assert "failure_rate" not in {condition.kind for condition in asking.open({})}
    clock[0] += timedelta(seconds=20)
    assert "failure_rate" in {condition.kind for condition in asking.open({})}


def test_a_kind_whose_question_fails_is_unanswered_and_the_others_go_on(
    context: Context, store: Store, telemetry: Telemetry
) -> None:
    _calls(telemetry, 0, 30)
    store.command("RENAME TABLE intake_refusals TO intake_refusals_away")
    try:
        asking = Conditions(context)
        assert "failure_rate" in {condition.kind for condition in asking.open({})}
        assert asking.unanswered == {"health"}
    finally:
        store.command("RENAME TABLE intake_refusals_away TO intake_refusals")


def test_the_network_of_the_tests_is_the_one_meant() -> None:
    assert [c["id"] for c in NETWORK["failure_classes"] if c.get("opens_incident")] == ["item_mapping_missing"]
