"""The public SCMS log: 10,324 lines in, and the figures an independent calculation gives."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import httpx
import pandas as pd
import pytest

from analytics import flows
from collector import imports
from domain.interval import Interval
from domain.loader import load
from store.query import Query
from tests.scms.conftest import DATES, EXAMPLE, Imported

ALL_TIME = Interval(datetime(2000, 1, 1, tzinfo=UTC), datetime(2020, 1, 1, tzinfo=UTC))
DAY = 86_400


@pytest.fixture(autouse=True)
def asks_for_the_store(real_store: object) -> None:
    """The module's imported store is a real one."""


def milestones(imported: Imported) -> int:
    return int(imported.store.value(Query("test/count", "SELECT count() FROM milestones FINAL WHERE retention = 'import'")))


def test_every_line_is_read_and_every_date_accounted_for(imported: Imported, lines: pd.DataFrame) -> None:
    first, second = imported.results
    assert first.lines_read == len(lines) == 10_324
    assert first.accepted == {milestone: int(lines[milestone].notna().sum()) for milestone in DATES}
    assert (second.lines_read, second.accepted, second.refused) == (first.lines_read, first.accepted, first.refused)
    assert first.elapsed > 0
    assert imported.progress[-1][0] == imported.progress[-1][1] == 3_785_901
    assert imported.progress == sorted(imported.progress)


def test_what_gave_no_date_is_counted_by_reason_with_its_lines(imported: Imported, lines: pd.DataFrame) -> None:
    tokens = imports.load_mapping(EXAMPLE / "mapping.yaml").not_captured
    expected = {
        (column, reason): tuple(int(i) + 2 for i in lines.index[lines[column] == token])
        for column in DATES.values()
        for token, reason in tokens.items()
        if (lines[column] == token).any()
    }
    refused = imported.results[0].refused
    assert {(each.column, each.reason): each.lines for each in refused} == expected
    assert all(each.count == len(each.lines) for each in refused)
    accepted = sum(imported.results[0].accepted.values())
    assert accepted + sum(each.count for each in refused) == 5 * 10_324


def test_order_to_delivery_per_country(imported: Imported, lines: pd.DataFrame) -> None:
    days = (lines["delivered"] - lines["ordered"]).dt.total_seconds() / DAY
    found = {row.group: row for row in flows.by_group(imported.context, ALL_TIME, "scms_delivery", "country")}
    for country, measured in days.dropna().groupby(lines["Country"]):
        row = found[str(country)]
        assert row.median_seconds == pytest.approx(measured.median() * DAY), country
        assert row.p90_seconds == pytest.approx(measured.quantile(0.9) * DAY), country
    assert "Côte d'Ivoire" in found


def test_sql_over_the_evidence_agrees(imported: Imported, lines: pd.DataFrame) -> None:
    """The same, straight from the milestones table, so that a mistake in the question shows."""
    query = Query(
        "test/country",
        """SELECT country, quantileExactInclusive(0.5)(days) AS median, quantileExactInclusive(0.9)(days) AS p90, count() AS n
        FROM (
            SELECT key, any(attributes['country']) AS country,
                dateDiff('day', minIf(time, milestone = 'ordered'), minIf(time, milestone = 'delivered')) AS days
            FROM milestones FINAL WHERE flow = 'scms_delivery' GROUP BY key
            HAVING countIf(milestone = 'ordered') > 0 AND countIf(milestone = 'delivered') > 0
        ) GROUP BY country""",
    )
    days = (lines["delivered"] - lines["ordered"]).dt.days
    expected = days.dropna().groupby(lines["Country"]).agg(["median", lambda d: d.quantile(0.9), "size"])
    found = {row["country"]: (row["median"], row["p90"], row["n"]) for row in imported.store.records(query)}
    assert found == {
        str(country): pytest.approx(tuple(row)) for country, row in zip(expected.index, expected.values, strict=True)
    }


def test_late_lines(imported: Imported, lines: pd.DataFrame) -> None:
    groups = flows.by_group(imported.context, ALL_TIME, "scms_delivery", "country", late_milestone=("scheduled", "delivered"))
    late = lines[lines["delivered"] > lines["scheduled"]].groupby("Country").size()
    assert len(lines[lines["delivered"] > lines["scheduled"]]) == sum(row.late for row in groups) == 1_186
    assert {row.group: row.late for row in groups if row.late} == {str(country): int(n) for country, n in late.items()}


def test_a_merge_with_retention_on_keeps_every_line(imported: Imported) -> None:
    before = milestones(imported)
    assert before == sum(imported.results[0].accepted.values())
    imported.store.command("OPTIMIZE TABLE milestones FINAL")
    assert milestones(imported) == before
    assert imported.store.value(Query("test/ttl", "SELECT count() FROM milestones")) == before


def test_an_event_of_1948_is_kept_and_listed(imported: Imported) -> None:
    event = {
        "specversion": "1.0", "id": "old", "source": "/archive", "type": "supplyscope.milestone",
        "data": {"flow": "scms_delivery", "key": "1948-1", "milestone": "ordered", "time": "1948-01-02T03:04:05Z"},
    }  # fmt: skip
    assert httpx.post(f"{imported.url}/v1/events", json=event).status_code == 200
    imported.store.command("OPTIMIZE TABLE milestones FINAL")
    listed = flows.questionable_times(imported.context)
    assert [(row.key, row.time, row.source_id) for row in listed] == [
        ("1948-1", datetime(1948, 1, 2, 3, 4, 5, tzinfo=UTC), "/archive#old")
    ]


def test_the_example_network_has_the_same_flow() -> None:
    network, alone = load(EXAMPLE.parent / "hospital_network"), load(EXAMPLE / "config")
    flow, expected = network.flow("scms_delivery"), alone.flow("scms_delivery")
    assert flow is not None and expected is not None
    assert (flow.key, flow.completes_at) == (expected.key, expected.completes_at)
    assert [(m.id, m.optional) for m in flow.milestones] == [(m.id, m.optional) for m in expected.milestones]
    assert any(key_type.id == flow.key for key_type in network.key_types)


def test_the_flow_must_be_configured(imported: Imported, tmp_path: Path, log_file: Path) -> None:
    mapping = imports.load_mapping(EXAMPLE / "mapping.yaml").model_copy(update={"flow": "scms_deliverie"})
    with pytest.raises(imports.ImportStopped, match="configured are scms_delivery"):
        imports.run(log_file, mapping, imported.url)
