"""Queue depth as small multiples: one strip per queue, all on the same time axis."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from analytics.queues.rows import QueuePoint
from dashboards.charts.lines import local, time_format
from dashboards.text import plotly
from dashboards.theme import Palette, template

_STRIP = 74


def strips(points: Sequence[QueuePoint], queues: Sequence[str], zone: str, colours: Palette) -> go.Figure:
    """Depth of each queue in `queues` over the interval, each on its own scale from zero."""
    drawn = make_subplots(rows=max(len(queues), 1), cols=1, shared_xaxes=True, vertical_spacing=0.14 / max(len(queues), 1))
    for row, queue in enumerate(queues, start=1):
        own = [point for point in points if point.queue == queue and point.depth is not None]
        drawn.add_trace(
            go.Scatter(
                x=local([point.time for point in own], zone),
                y=[point.depth for point in own],
                mode="lines",
                fill="tozeroy",
                line={"color": colours.series, "width": 1.5},
                name=plotly(queue),
                hovertemplate="%{y:,.0f} waiting<extra>" + plotly(queue) + "</extra>",
            ),
            row=row,
            col=1,
        )
        drawn.update_yaxes(title=None, nticks=3, rangemode="tozero", tickformat="~s", row=row, col=1)
        domain = drawn.layout[f"yaxis{row if row > 1 else ''}"].domain
        drawn.add_annotation(
            xref="paper",
            yref="paper",
            x=0.005,
            y=domain[1],
            text=plotly(queue),
            showarrow=False,
            xanchor="left",
            yanchor="top",
            font={"size": 12},
        )
    drawn.update_xaxes(tickformat=time_format(local([point.time for point in points], zone)), nticks=6)
    drawn.update_layout(template=template(colours), height=40 + _STRIP * max(len(queues), 1))
    return drawn
