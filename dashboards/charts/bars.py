"""Bars from zero and dots on a line: stages, groups, money by day."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import plotly.graph_objects as go

from analytics import words
from analytics.flows.rows import GroupTime, StageTime
from analytics.pricing.rows import LeakageGroup, LeakagePoint
from dashboards.theme import Palette, figure

_ROW = 34
HOUR = 3600.0


def stages(rows: Sequence[StageTime], name: Callable[[str], str], colours: Palette) -> go.Figure:
    """Median time of each hop with its 90th percentile as a dot; our own hops in the series colour, others' soft and named."""
    drawn = figure(colours, 56 + _ROW * max(len(rows), 1))
    labels = [f"{name(row.to_milestone)} · {row.party}" for row in rows]
    drawn.add_trace(
        go.Bar(
            x=[row.median_seconds / HOUR for row in rows],
            y=labels,
            orientation="h",
            marker={"color": [colours.series if row.party == "us" else colours.series_soft for row in rows]},
            customdata=[[words.duration(row.median_seconds), row.instances] for row in rows],
            hovertemplate="median %{customdata[0]} over %{customdata[1]:,} lines<extra></extra>",
        )
    )
    drawn.add_trace(
        go.Scatter(
            x=[row.p90_seconds / HOUR for row in rows],
            y=labels,
            mode="markers+text",
            marker={"color": colours.at_risk, "size": 9, "symbol": "diamond"},
            text=[f"  {words.duration(row.median_seconds)} · p90 {words.duration(row.p90_seconds)}" for row in rows],
            textposition="middle right",
            cliponaxis=False,
            customdata=[words.duration(row.p90_seconds) for row in rows],
            hovertemplate="p90 %{customdata}<extra></extra>",
        )
    )
    return _sideways(drawn, " h", right=132)


def facilities(rows: Sequence[GroupTime], name: Callable[[str], str], colours: Palette) -> go.Figure:
    """Median (dot) to 90th percentile (tick) of each facility, slowest on top."""
    timed = sorted((row for row in rows if row.median_seconds is not None), key=lambda row: -(row.median_seconds or 0))
    drawn = figure(colours, 56 + 28 * max(len(timed), 1))
    for row in timed:
        low, high = (row.median_seconds or 0) / HOUR, (row.p90_seconds or 0) / HOUR
        drawn.add_trace(
            go.Scatter(
                x=[low, high],
                y=[name(row.group)] * 2,
                mode="lines+markers",
                line={"color": colours.series_soft, "width": 2},
                marker={
                    "color": [colours.series, colours.at_risk],
                    "size": [10, 8],
                    "symbol": ["circle", "diamond"],
                    "opacity": 1,
                },
                customdata=[f"median {words.duration(row.median_seconds or 0)}", f"p90 {words.duration(row.p90_seconds or 0)}"],
                hovertemplate="%{customdata}<extra></extra>",
            )
        )
    return _sideways(drawn, " h")


def leakage_by(rows: Sequence[LeakageGroup], name: Callable[[str], str], colours: Palette) -> go.Figure:
    """Money paid above contract by group: stale prices solid, other reasons soft."""
    drawn = figure(colours, 56 + _ROW * max(len(rows), 1))
    labels = [name(row.group) for row in rows]
    for label, values, colour in (
        ("stale price", [row.stale_overpaid for row in rows], colours.breached),
        ("other", [row.overpaid - row.stale_overpaid for row in rows], colours.at_risk),
    ):
        drawn.add_trace(
            go.Bar(
                x=[float(value) for value in values],
                y=labels,
                name=label,
                orientation="h",
                marker={"color": colour},
                customdata=[words.money(value, row.currency) for value, row in zip(values, rows, strict=True)],
                hovertemplate=f"{label} %{{customdata}}<extra></extra>",
            )
        )
    for label_, row in zip(labels, rows, strict=True):
        drawn.add_annotation(
            x=float(row.overpaid),
            y=label_,
            text=words.money(row.overpaid, row.currency),
            showarrow=False,
            xanchor="left",
            xshift=5,
        )
    drawn.update_layout(barmode="stack")
    return _sideways(drawn, "", right=64)


def leakage_by_day(points: Sequence[LeakagePoint], currency: str, colours: Palette) -> go.Figure:
    """Money paid above contract per day of order, split into stale prices and other reasons."""
    drawn = figure(colours, 300)
    days = [point.day for point in points]
    for label, values, colour in (
        ("stale price", [point.stale_overpaid for point in points], colours.breached),
        ("other", [point.overpaid - point.stale_overpaid for point in points], colours.at_risk),
    ):
        drawn.add_trace(
            go.Bar(
                x=days,
                y=[float(value) for value in values],
                name=label,
                marker={"color": colour},
                customdata=[words.money(value, currency) for value in values],
                hovertemplate=f"{label} %{{customdata}}<extra></extra>",
            )
        )
    drawn.update_layout(
        barmode="stack", showlegend=True, legend={"orientation": "h", "y": 1.02, "x": 0, "yanchor": "bottom"}, margin={"t": 36}
    )
    drawn.update_yaxes(tickformat="~s", nticks=5, title={"text": currency})
    drawn.update_xaxes(tickformat="%b %d", nticks=7, tickangle=0)
    return drawn


def waiting(counts: Sequence[tuple[str, int]], colours: Palette) -> go.Figure:
    """How many wait at each step, most first; `counts` are (label, number)."""
    drawn = figure(colours, 40 + _ROW * max(len(counts), 1))
    drawn.add_trace(
        go.Bar(
            x=[count for _, count in counts],
            y=[label for label, _ in counts],
            orientation="h",
            marker={"color": colours.at_risk},
            text=[f" {count:,}" for _, count in counts],
            textposition="outside",
            cliponaxis=False,
            hovertemplate="%{y}: %{x:,} contracts<extra></extra>",
        )
    )
    drawn.update_xaxes(visible=False)
    return _sideways(drawn, "", right=36)


def _sideways(drawn: go.Figure, suffix: str, right: int = 40) -> go.Figure:
    drawn.update_layout(hovermode="y unified", margin={"r": right}, bargap=0.35)
    drawn.update_yaxes(autorange="reversed", showgrid=False, type="category")
    drawn.update_xaxes(ticksuffix=suffix, rangemode="tozero", showgrid=True, nticks=6)
    return drawn
