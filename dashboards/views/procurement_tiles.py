"""The four numbers of procurement."""

from __future__ import annotations

from analytics import words
from analytics.flows.rows import FlowSummary
from dashboards.components.tiles import Tile
from dashboards.components.view import View
from dashboards.text import signed


def numbers(summary: FlowSummary, view: View) -> list[Tile]:
    return [_lines_stuck(summary, view), _in_flight(summary), *_times(summary, view)]


def _lines_stuck(summary: FlowSummary, view: View) -> Tile:
    change = summary.stuck - summary.previous_stuck
    return Tile(
        "Lines stuck",
        f"{summary.stuck:,}",
        signed(change, f"{abs(change):,}") if change else "",
        view.compared,
        definition="Contract lines (contract × facility × item) whose last attempt failed, or whose next step is overdue.",
    )


def _in_flight(summary: FlowSummary) -> Tile:
    return Tile(
        "Lines on their way",
        f"{summary.in_flight:,}",
        note=f"{summary.completed:,} became usable",
        definition=f"Lines between two steps and within time. {summary.completed:,} of {summary.instances:,} lines became usable in the period.",
    )


def _times(summary: FlowSummary, view: View) -> tuple[Tile, Tile]:
    pairs = (
        ("Activation, median", summary.median_seconds, summary.previous_median_seconds),
        ("Activation, 90th percentile", summary.p90_seconds, summary.previous_p90_seconds),
    )
    median, p90 = (_time_tile(label, now, before, view) for label, now, before in pairs)
    return median, p90


def _time_tile(label: str, now: float | None, before: float | None, view: View) -> Tile:
    change = None if now is None or before is None else now - before
    return Tile(
        label,
        "no data" if now is None else words.duration(now),
        "" if not change else signed(change, words.duration(abs(change))),
        view.compared,
        definition="Wall-clock time from contract executed to usable, over lines that became usable in the period.",
    )
