"""Figures are pure: rows in, a Plotly figure out, every status also said in a shape or word."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from analytics.activity.rows import TrafficPoint
from analytics.failures.rows import MatrixCell
from analytics.flows.rows import CycleTimePoint, GroupTime, StageTime
from analytics.lookup.rows import StorySpan
from analytics.pricing.rows import LeakageGroup, LeakagePoint
from analytics.queues.rows import QueuePoint
from analytics.sla.rows import DayCell, FacilityCell, SlaState
from dashboards.charts import backlog, bars, heatmaps, lines, waterfall
from dashboards.theme import DARK, LIGHT, Palette

START = datetime(2026, 11, 19, 14, 0, tzinfo=UTC)
DAYS = [date(2026, 11, 17), date(2026, 11, 18)]


def span(offset: float, seconds: float, name: str = "load price", failed: bool = False, message: str = "") -> StorySpan:
    start = START + timedelta(seconds=offset)
    return StorySpan(
        "a" * 32, f"{offset:016.0f}", "", start, start + timedelta(seconds=seconds), offset, seconds, "erp", name, "erp-price-load",
        "H07", "C-1", failed, message, {},
    )  # fmt: skip


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_activation_names_its_lines_and_its_target(colours: Palette) -> None:
    points = [CycleTimePoint(day, 10, 5.2 * 3600, 16.1 * 3600) for day in DAYS]
    drawn = lines.activation(points, lines.Target(12 * 3600, "target 12 h for 90%"), colours)
    assert {note.text for note in drawn.layout.annotations} == {"median 5.2 h", "p90 16.1 h", "target 12 h for 90%"}
    assert drawn.layout.shapes[0].y0 == 12.0
    assert list(drawn.data[1].y) == pytest.approx([5.2, 5.2])


def test_activation_of_seconds_is_not_drawn_in_hours() -> None:
    drawn = lines.activation([CycleTimePoint(DAYS[0], 1, 4.0, 9.0)], None, LIGHT)
    assert drawn.layout.yaxis.ticksuffix == " s"


def test_traffic_shows_the_wall_clock_of_the_named_zone() -> None:
    drawn = lines.traffic([TrafficPoint(START, 10, 1), TrafficPoint(START + timedelta(hours=1), 20, 0)], "America/Chicago", LIGHT)
    assert drawn.data[0].x[0] == datetime(2026, 11, 19, 8, 0)  # noqa: DTZ001


def test_heat_map_says_each_status_with_a_shape_and_leaves_a_missing_cell_empty() -> None:
    states = [SlaState.MET, SlaState.AT_RISK, SlaState.BREACHED, SlaState.NO_DATA]
    cells = [
        FacilityCell("po", "POs reach the ERP", f"H0{at}", 9, 10, None if state is SlaState.NO_DATA else 0.9, state)
        for at, state in enumerate(states, start=1)
    ]
    drawn = heatmaps.by_facility(cells, ["H01", "H02", "H03", "H04", "H05"], LIGHT)
    assert list(drawn.data[0].text[0]) == ["", "!", "✕", "–", ""]
    assert drawn.data[0].z[0][4] is None
    assert drawn.data[0].customdata[0][3] == "no data"


def test_calendar_goes_from_old_to_new() -> None:
    cells = [DayCell("po", "POs", day, 1, 1, 1.0, SlaState.MET) for day in reversed(DAYS)]
    assert heatmaps.by_day(cells, LIGHT).data[0].x == ("Nov 17", "Nov 18")


def test_failure_matrix_puts_the_interface_with_most_failures_first() -> None:
    cells = [MatrixCell("edi", "timeout", 2, 1), MatrixCell("erp", "timeout", 90, 3), MatrixCell("erp", "mapping", 1, 1)]
    drawn = heatmaps.failure_matrix(cells, str, LIGHT)
    assert drawn.data[0].y == ("erp", "edi")
    assert list(drawn.data[0].text[0]) == ["90", "1"]


def test_stages_name_the_party_whose_hop_it_is() -> None:
    rows = [StageTime("f", "executed", "price_file_received", "supplier", 3, 7200, 9000)]
    drawn = bars.stages(rows, lambda id: "Price file received", LIGHT)
    assert drawn.data[0].y == ("Price file received · supplier",)
    assert "2 h" in drawn.data[1].text[0] and "2.5 h" in drawn.data[1].text[0]


def test_facilities_without_a_finished_line_are_left_out_not_drawn_as_zero() -> None:
    rows = [GroupTime("H01", 3, 2, 3600, 7200, 0), GroupTime("H02", 3, 0, None, None, 0)]
    assert len(bars.facilities(rows, str, LIGHT).data) == 1


def test_money_bars_split_stale_from_other_and_start_at_zero() -> None:
    by_group = bars.leakage_by(
        [LeakageGroup("MS-1", Decimal("100"), Decimal("60"), 2, 1, "USD", Decimal("0"), Decimal("40"), Decimal("0"))], str, LIGHT
    )
    assert [trace.x[0] for trace in by_group.data] == [60.0, 40.0]
    by_day = bars.leakage_by_day([LeakagePoint(DAYS[0], Decimal("100"), Decimal("60"))], "USD", LIGHT)
    assert by_day.layout.barmode == "stack"
    assert by_group.layout.xaxis.rangemode == "tozero"


def test_backlog_draws_a_strip_per_queue_and_skips_unreported_depth() -> None:
    points = [QueuePoint("price", START, 5.0, None), QueuePoint("price", START + timedelta(hours=1), None, None)]
    drawn = backlog.strips(points, ["price", "po"], "UTC", LIGHT)
    assert [len(trace.x) for trace in drawn.data] == [1, 0]


def test_waterfall_marks_the_failing_call_and_folds_a_long_wait() -> None:
    drawn = waterfall.draw([span(0, 1), span(7200, 2, failed=True, message="No mapping")], lambda one: one.name, LIGHT)
    bar = drawn.data[0]
    assert bar.marker.color == (LIGHT.met, LIGHT.breached)
    assert bar.text[1].startswith("✕")
    assert bar.base[1] < 3
    assert any(note.text == "waited 2 h" for note in drawn.layout.annotations)


def test_waterfall_without_waits_keeps_true_time() -> None:
    bars_drawn, waits = waterfall.folded([span(0, 1), span(1.5, 1)], lambda one: one.name)
    assert waits == ()
    assert [bar.left for bar in bars_drawn] == [0.0, 1.5]


def test_failing_call_stays_in_sight_of_a_long_story() -> None:
    spans = [span(float(at), 0.5, failed=at == 180) for at in range(200)]
    shown = waterfall.first_in_sight(spans, 20)
    assert len(shown) == 20
    assert any(one.failed for one in shown)
    assert min(one.offset_seconds for one in shown) > 150


def test_two_calls_of_one_name_keep_two_rows() -> None:
    drawn = waterfall.draw([span(0, 1), span(1, 1)], lambda one: one.name, LIGHT)
    assert len(set(drawn.data[0].y)) == 2


def test_markup_in_telemetry_is_shown_not_obeyed() -> None:
    drawn = waterfall.draw([span(0, 1, '<a href="x">', True, "<b>boom</b>")], lambda one: "call", LIGHT)
    assert "<a " not in drawn.data[0].customdata[0]
    assert "&lt;b&gt;boom" in drawn.data[0].customdata[0]


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_every_figure_of_nothing_is_still_a_figure(colours: Palette) -> None:
    assert lines.activation([], None, colours).data
    assert heatmaps.by_facility([], [], colours).data
    assert waterfall.draw([], lambda one: one.name, colours).data
    assert bars.waiting([], colours).data
