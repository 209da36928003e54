"""Messages no rule knows become templates: the same ones however the work is cut, visible on the first day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from analytics import failures
from analytics.context import Context
from analytics.failures.template_tree import Template, TemplateTree
from analytics.failures.templating import template_unknown
from domain.interval import Interval
from store.query import Query
from tests.support.telemetry import Telemetry

NOW = datetime(2026, 11, 19, 15, 0, tzinfo=UTC)
DAY = Interval(NOW - timedelta(days=1), NOW)
WORDS = st.sampled_from(["price", "line", "held", "by", "40-2217", "H07", "17", "vendor", "S014", "contract", "odd", "missing"])
MESSAGES = st.lists(st.lists(WORDS, min_size=1, max_size=7).map(" ".join), min_size=1, max_size=40)


def refuse(telemetry: Telemetry, message: str, hours: float) -> None:
    at = NOW - timedelta(hours=hours)
    telemetry.span("post", at, 0, error=message, interface_id="po-to-erp", purchase_order_id=f"PO-{hours}", received=at)


@given(MESSAGES, st.integers(1, 39))
@settings(max_examples=150, deadline=None)
def test_a_restart_anywhere_changes_no_template(messages: list[str], at: int) -> None:
    whole = TemplateTree()
    expected = [whole.add(m) for m in messages]
    first = TemplateTree()
    state: dict[int, Template] = {}
    for message in messages[:at]:
        template = first.add(message)
        state[template.number] = template
    second = TemplateTree(state.values())
    assert [second.add(m) for m in messages[at:]] == expected[at:]


def test_what_differs_is_masked_and_ids_say_nothing_of_order_of_runs(context: Context, telemetry: Telemetry) -> None:
    for n in range(6):
        refuse(telemetry, f"Ledger period 2026-1{n % 2} is closed for company 10{n}", 5 + n)
    refuse(telemetry, "Shelf label printer has no paper", 3)
    while template_unknown(context, at_once=2):
        pass
    rows = failures.templates(context, DAY)
    assert {(r.template, r.failures, r.is_new) for r in rows} == {
        ("Ledger period <ID> is closed for company <ID>", 6, True),
        ("Shelf label printer has no paper", 1, True),
    }
    ids = {r.template_id for r in rows}
    for table in ("message_templates", "template_messages", "job_progress"):
        context.store.command(f"TRUNCATE TABLE {table}")
    assert template_unknown(context) == 7
    assert {r.template_id for r in failures.templates(context, DAY)} == ids
    assert template_unknown(context) == 0


def test_a_kind_seen_before_the_interval_is_not_new_and_known_messages_are_not_templates(
    context: Context, telemetry: Telemetry
) -> None:
    refuse(telemetry, "Shelf label printer has no paper", 40)
    refuse(telemetry, "Shelf label printer has no paper", 2)
    refuse(telemetry, "No mapping for item 40-2217 at H07", 2)
    template_unknown(context)
    (row,) = failures.templates(context, DAY)
    assert (row.is_new, row.failures, row.interfaces) == (False, 1, ("po-to-erp",))
    assert context.store.value(Query("test/count", "SELECT count() FROM template_messages")) == 1
