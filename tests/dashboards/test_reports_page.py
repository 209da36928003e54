"""The Reports page: nothing made yet, an edition with its files, and a mail that was given up."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from analytics.context import Context
from reports import record
from reports.document import TO_JSON
from tests.conftest import NOW
from tests.dashboards.conftest import Open

REPORT = TO_JSON.validate_json((Path(__file__).parents[1] / "reports" / "golden" / "edition2.json").read_bytes())


def test_without_an_edition_it_says_so_and_offers_a_draft(open_page: Open, context: Context) -> None:
    app = open_page("reports")
    assert not app.exception
    assert app.title[0].value == "No weekly report has been made yet."
    assert [button.label for button in app.button] == ["Preview a draft"]
    assert [option for option in app.selectbox(key="audience").options if "H07" in option] == ["H07 South"]


def test_an_edition_is_listed_previewed_and_downloaded(open_page: Open, context: Context) -> None:
    first = replace(REPORT, edition=1)
    mail = record.mailing(first, "mail", ["cfo@test.health"], ["pdf"], NOW)
    record.store_edition(context.store, first, {}, "schedule", [mail], NOW)
    record.tell(context.store, mail, "attempt", 1, "", NOW)
    record.tell(context.store, mail, "dead", 1, "every recipient was refused (550)", NOW)
    app = open_page("reports", audience="leadership", week=REPORT.week)
    assert not app.exception
    assert app.title[0].value.startswith("1 report of 2026")
    assert app.title[0].value.endswith("1 mail could not be delivered.")
    assert REPORT.configuration in "".join(caption.value for caption in app.caption)
    listed = next(frame.value for frame in app.dataframe if "Finding" in frame.value)
    assert list(listed["Mail"]) == ["✕ given up (every recipient was refused (550))"]
