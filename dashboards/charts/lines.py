"""Lines over time, named where they end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import plotly.graph_objects as go

from analytics import words
from analytics.activity.rows import TrafficPoint
from analytics.flows.rows import CycleTimePoint
from dashboards.theme import Palette, figure

HOUR = 3600.0
DAY = 24 * HOUR


@dataclass(frozen=True, slots=True)
class Target:
    """A promised time, drawn as a dotted line and named."""

    seconds: float
    name: str


def activation(points: Sequence[CycleTimePoint], target: Target | None, colours: Palette) -> go.Figure:
    """Median and 90th percentile cycle time per day of completion, against the promise."""
    drawn = figure(colours, 340)
    days = [point.day for point in points]
    unit, name = _unit([point.p90_seconds for point in points])
    close = bool(points) and points[-1].p90_seconds - points[-1].median_seconds < 0.08 * max(
        point.p90_seconds for point in points
    )
    for label, values, colour in (
        ("p90", [point.p90_seconds for point in points], colours.at_risk),
        ("median", [point.median_seconds for point in points], colours.series),
    ):
        drawn.add_trace(
            go.Scatter(
                x=days,
                y=[value / unit for value in values],
                mode="lines+markers",
                name=label,
                line={"color": colour, "width": 2.5},
                marker={"size": 6},
                cliponaxis=False,
                customdata=[words.duration(value) for value in values],
                hovertemplate=f"{label} %{{customdata}}<extra></extra>",
            )
        )
        if values:
            shift = 8 if label == "p90" else -8
            _name_at_end(
                drawn, days[-1], values[-1] / unit, f"{label} {words.duration(values[-1])}", colour, shift if close else 0
            )
    if target is not None:
        _draw_target(drawn, target, unit, colours)
    drawn.update_yaxes(ticksuffix=f" {name}", rangemode="tozero", nticks=6)
    drawn.update_xaxes(tickformat="%b %d", nticks=7, tickangle=0)
    if days:
        drawn.update_xaxes(range=[days[0], days[-1]])
    drawn.update_layout(margin={"r": 104, "t": 20})
    return drawn


def traffic(points: Sequence[TrafficPoint], zone: str, colours: Palette) -> go.Figure:
    """Calls received and those that failed, per bucket of time in `zone`."""
    drawn = figure(colours, 260)
    times = local([point.time for point in points], zone)
    for label, values, colour, fill in (
        ("calls", [point.spans for point in points], colours.series, None),
        ("errors", [point.errors for point in points], colours.breached, "tozeroy"),
    ):
        drawn.add_trace(
            go.Scatter(
                x=times,
                y=values,
                name=label,
                mode="lines",
                fill=fill,
                line={"color": colour, "width": 2},
                hovertemplate=f"%{{y:,}} {label}<extra></extra>",
            )
        )
        if values:
            _name_at_end(drawn, times[-1], values[-1], label, colour)
    drawn.update_yaxes(nticks=5, tickformat="~s")
    drawn.update_xaxes(tickformat=time_format(times), nticks=7, tickangle=0)
    drawn.update_layout(margin={"r": 56, "t": 16})
    return drawn


def time_format(times: Sequence[datetime]) -> str:
    """Days for long spans of time, hours for short ones."""
    return "%b %d" if times and (times[-1] - times[0]).days >= 3 else "%b %d %H:%M"


def local(times: Sequence[datetime], zone: str) -> list[datetime]:
    """Times as a wall clock in `zone` shows them (Plotly draws what it is given and knows no zones)."""
    from zoneinfo import ZoneInfo

    return [time.astimezone(ZoneInfo(zone)).replace(tzinfo=None) for time in times]


def _unit(seconds: Sequence[float]) -> tuple[float, str]:
    highest = max(seconds, default=0.0)
    if highest >= 3 * DAY:
        return DAY, "d"
    if highest >= 2 * HOUR:
        return HOUR, "h"
    return (60.0, "min") if highest >= 120 else (1.0, "s")


def _name_at_end(drawn: go.Figure, x: object, y: float, text: str, colour: str, shift: int = 0) -> None:
    drawn.add_annotation(
        x=x, y=y, text=text, showarrow=False, xanchor="left", xshift=9, yshift=shift, font={"color": colour, "size": 13}
    )


def _draw_target(drawn: go.Figure, target: Target, unit: float, colours: Palette) -> None:
    y = target.seconds / unit
    drawn.add_hline(y=y, line={"color": colours.muted, "dash": "dot", "width": 1.5})
    drawn.add_annotation(
        xref="paper",
        x=0,
        y=y,
        text=target.name,
        showarrow=False,
        xanchor="left",
        yshift=11,
        bgcolor=colours.background,
        opacity=0.9,
        font={"color": colours.muted, "size": 12},
    )
