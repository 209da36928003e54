"""A week from the real engine to a real mail server: edition 1, late evidence, edition 2; every total counted again from the workbook."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from alerts import channels
from analytics import pricing
from analytics.sla.by_supplier import by_supplier
from analytics.sla.excluded import excluded
from reports import audiences, record, schedule
from reports.document import TO_JSON
from reports.formats import files
from reports.issuing import Issuing, StepResult
from reports.recount import agrees, recount
from reports.weeks import IsoWeek
from store.store import Store
from tests.reports import world
from tests.reports.workbook import Book
from tests.support.databases import Databases
from tests.support.receivers import mail_server

WEEK = IsoWeek.parse(world.WEEK)
_GOLDEN = Path(__file__).parent / "golden"
_MAIN = (
    "slas_met", "slas_missed", "breaches", "breaches_open", "activations", "activation_median", "failures", "failures_open",
    "overpaid.USD", "credit_due.USD", "arrivals_on_time", "runs_succeeded", "queue_peak", "actions",
)  # fmt: skip


@dataclass
class Story:
    """What the tests look at: it is lived once, each building asks the engine hundreds of questions."""

    store: Store
    editions: tuple[record.Edition, record.Edition]
    mails: list[EmailMessage]
    steps: list[Any]
    too_early: Any


@pytest.fixture(scope="module")
def story(databases: Databases) -> Iterator[Story]:
    configuration = _only(world.network(), "leadership")
    store = databases.take(configuration)
    world.fill(store, configuration)
    with mail_server() as smtp:
        environment = {"TEST_SMTP_HOST": "127.0.0.1", "TEST_SMTP_PORT": str(smtp.port), "TEST_SLACK_URL": "http://127.0.0.1:1/"}
        built = channels.build(configuration, environment)
        goes_out = schedule.sent_at(audiences.find(configuration, "leadership"), WEEK)
        too_early = Issuing(world.context_of(store, configuration, goes_out - timedelta(seconds=1)), built).step()
        steps = [Issuing(world.context_of(store, configuration, world.MADE), built).step() for _ in range(2)]
        world.late(store, configuration)
        record.ask(store, record.Command("c-1", "leadership", world.WEEK, 0, "cfo"), world.LATER)
        later = world.context_of(store, configuration, world.LATER)
        steps += [Issuing(later, built).step() for _ in range(2)]
    first, second = (record.edition(store, "leadership", world.WEEK, number) for number in (1, 2))
    assert first is not None and second is not None
    yield Story(store, (first, second), smtp.messages, steps, too_early)
    databases.give_back(store, configuration)


def _only(configuration: Any, id: str) -> Any:
    return configuration.model_copy(update={"reports": tuple(r for r in configuration.reports if r.id == id)})


def test_it_goes_out_on_monday_at_seven_once_and_to_its_readers(story: Story) -> None:
    assert story.too_early == StepResult(0, 0, 0)
    assert [(s.editions, s.sent, s.failed) for s in story.steps] == [(1, 1, 0), (0, 0, 0), (1, 1, 0), (0, 0, 0)]
    assert [str(m["To"]) for m in story.mails] == ["cfo@test.health, items@test.health"] * 2
    assert len({m["Message-ID"] for m in story.mails}) == 2
    assert record.outcome(story.store, "c-1") == record.Outcome("c-1", "done", 2, "")
    assert [(row.edition, row.reason) for row in record.editions(story.store, "leadership")] == [(2, "cfo"), (1, "schedule")]


def test_the_mail_has_text_a_page_with_pictures_in_it_and_files(story: Story) -> None:
    mail = next(m for m in story.mails if "edition" not in str(m["Subject"]) and "cfo" in str(m["To"]))
    page = mail.get_body(("html",))
    text = mail.get_body(("plain",))
    assert page is not None and text is not None
    pictures = {part["Content-ID"].strip("<>") for part in mail.walk() if part.get_content_type() == "image/png"}
    html = page.get_content()
    assert pictures and all(f"cid:{name}" in html for name in pictures)
    assert "data:image" not in html and "http" not in html.replace("http://127.0.0.1:8080", "")
    assert story.editions[0].report.headline in text.get_content()
    attached = {part.get_filename(): part.get_content() for part in mail.iter_attachments()}
    assert attached["sla-2026-W46-leadership-e1.pdf"] == files.render(story.editions[0].report, "pdf")
    assert attached["sla-2026-W46-leadership-e1.xlsx"] == files.render(story.editions[0].report, "xlsx")


def test_every_total_is_what_its_rows_say(story: Story) -> None:
    for edition in story.editions:
        for figure in edition.report.figures:
            counted = recount(edition.report, figure)
            assert agrees(figure, counted), f"{figure.id}: {figure.value} of the page, {counted} of the rows"


def test_the_main_figures_are_counted_again_from_the_workbook_without_sql(story: Story) -> None:
    """The table in docs/how-to/weekly-report.md."""
    report = story.editions[1].report
    book = Book(files.render(report, "xlsx"))
    lines = ["| figure | of the page | of the workbook's rows | formula |", "|---|---|---|---|"]
    for id, label, held, formula in book.figures():
        counted, value = book.counted(formula), report.figure(id).value
        assert (held, counted) == ("no data", "no data") if value is None else _equal(value, held, counted), (
            id,
            value,
            held,
            counted,
        )
        if id in _MAIN:
            lines.append(f"| {label} | {_written(value)} | {_written(counted)} | `{formula.strip('{}=')}` |")
    _pinned("main_figures.md", "\n".join(lines) + "\n")
    assert len(lines) == len(_MAIN) + 2


def _equal(value: Any, held: Any, counted: Any) -> bool:
    return abs(Decimal(str(value)) - Decimal(str(counted))) < Decimal("1e-9") and abs(
        Decimal(str(held)) - Decimal(str(value))
    ) < Decimal("1e-9")


def _written(value: Any) -> str:
    return f"{Decimal(str(value)):.4f}".rstrip("0").rstrip(".")


@pytest.mark.parametrize("number", [0, 1])
@pytest.mark.parametrize("form", ["html", "json", "pdf", "xlsx"])
def test_an_edition_rendered_again_is_the_same_byte_for_byte(story: Story, form: str, number: int) -> None:
    edition = story.editions[number]
    again = record.edition(story.store, "leadership", world.WEEK, number + 1)
    assert again is not None
    assert files.render(again.report, form) == files.render(edition.report, form)
    assert files.digest(files.render(again.report, form)) == edition.digests[form], "not what it was when it was stored"


def test_edition_two_names_each_changed_figure_old_new_and_why(story: Story) -> None:
    first, second = (edition.report for edition in story.editions)
    told = {change.figure: (change.old, change.new, change.cause) for change in second.changes}
    differing = {f.id for f in second.figures if not agrees(f, first.figure(f.id).value)}
    assert differing <= set(told)
    old, new, cause = told["overpaid.USD"]
    assert Decimal(str(new)) - Decimal(str(old)) == Decimal("200")
    assert "1 order line" in cause and "new in “Order lines paid above contract”: PO-late" in cause
    assert told["activations"][:2] == (5, 6) and "2 milestones" in told["activations"][2] and "MS-0-5" in told["activations"][2]
    assert "1 batch report" in told["runs_succeeded"][2]
    assert all(change.cause for change in second.changes)
    assert second.replaces == f"edition 1 ({first.report_id})"
    _pinned("changes.md", "".join(f"- {c.label}: {c.old} → {c.new}. {c.cause}\n" for c in second.changes))


def test_both_carry_id_watermark_and_configuration_in_print(story: Story) -> None:
    for edition in story.editions:
        page = files.render(edition.report, "html").decode()
        assert edition.report.report_id in page
        assert edition.report.configuration in page
        assert "Data watermark" in page
    assert story.editions[0].report.watermark < story.editions[1].report.watermark


def test_weeks_of_money_at_once_are_what_each_week_tells_alone(story: Story) -> None:
    context = world.context_of(story.store, world.network(), world.MADE)
    week = WEEK.interval("America/Chicago")
    (row,) = pricing.total(context, week)
    found = pricing.overpaid_by_period(context, week, (week.start,))
    assert sum(one.amount for one in found) == row.overpaid
    assert sum(one.lines for one in found) == row.wrong_price_lines
    owed = pricing.credits_by_period(context, week, (week.start,))
    assert sum(one.amount for one in owed) == sum(credit.credit_due for credit in pricing.credits_due(context, week))


def test_excluded_time_and_a_suppliers_judged_work(story: Story) -> None:
    context = world.context_of(story.store, world.network(), world.MADE)
    week = WEEK.interval("America/Chicago")
    assert {(one.sla_id, one.seconds) for one in excluded(context, week)} == {("po-success", 7200.0), ("po-latency", 7200.0)}
    acme = by_supplier(context, week, "ACME")
    assert {one.key for one in acme} == {"MS-0-1", "MS-0-3", "MS-0-5"}
    assert by_supplier(context, week, "nobody") == ()


def test_a_report_survives_being_stored(story: Story) -> None:
    report = story.editions[0].report
    assert TO_JSON.validate_json(TO_JSON.dump_json(report)) == report
    if os.environ.get("SUPPLYSCOPE_GOLDEN") == "write":  # The other tests' report: they need no engine.
        (_GOLDEN / "edition2.json").write_bytes(TO_JSON.dump_json(story.editions[1].report, indent=1))
    assert replace(report, edition=2).report_id != report.report_id


def _pinned(name: str, text: str) -> None:
    """SUPPLYSCOPE_GOLDEN=write writes it anew; read the difference first."""
    file = _GOLDEN / name
    if os.environ.get("SUPPLYSCOPE_GOLDEN") == "write":
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8")
