"""The waterfall of a story: every call at its time, failing ones marked, waiting drawn as waiting."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from analytics import words
from analytics.lookup.rows import StorySpan
from dashboards.text import plotly
from dashboards.theme import Palette, figure

_ROW = 30
_WAIT_SHARE = 0.08


@dataclass(frozen=True, slots=True)
class Bar:
    """One drawn row. `left` and `width` are in drawn units: long waits are folded so that short calls stay visible."""

    label: str
    span: StorySpan
    left: float
    width: float


@dataclass(frozen=True, slots=True)
class Wait:
    """A time in which nothing ran: `seconds` long, drawn from `left` for `width`, above row `row`."""

    left: float
    width: float
    seconds: float
    row: int


def first_in_sight(spans: Sequence[StorySpan], limit: int = 24) -> tuple[StorySpan, ...]:
    """At most `limit` spans in time order, every failing one kept and otherwise those nearest to the first failure."""
    ordered = sorted(spans, key=lambda span: (span.start, span.end))
    if len(ordered) <= limit:
        return tuple(ordered)
    failing = [at for at, span in enumerate(ordered) if span.failed]
    centre = failing[0] if failing else 0
    near = sorted(range(len(ordered)), key=lambda at: (not ordered[at].failed, abs(at - centre)))[:limit]
    return tuple(ordered[at] for at in sorted(near))


def folded(spans: Sequence[StorySpan], label: Callable[[StorySpan], str]) -> tuple[tuple[Bar, ...], tuple[Wait, ...]]:
    """Bars and the waits between them. A wait longer than the work itself is folded to a fixed width and named."""
    gaps = _gaps(spans)
    busy = max(_covered(spans), 1e-6)
    fold = busy * _WAIT_SHARE if gaps else 0.0
    waits, shift, last = [], {}, 0.0
    for index, span in enumerate(spans):
        gap = gaps.get(index, 0.0)
        if gap > fold > 0:
            waits.append(Wait(span.offset_seconds - gap - last, fold, gap, index))
            last += gap - fold
        shift[index] = last
    shortest = (busy + fold * len(waits)) * 0.004
    bars = tuple(
        Bar(label(span), span, span.offset_seconds - shift[index], max(span.duration_seconds, shortest))
        for index, span in enumerate(spans)
    )
    return bars, tuple(waits)


def draw(spans: Sequence[StorySpan], label: Callable[[StorySpan], str], colours: Palette) -> go.Figure:
    """The waterfall, first call on top; hover gives exact times and the message."""
    bars, waits = folded(spans, label)
    drawn = figure(colours, 56 + _ROW * max(len(bars), 1))
    names = _unique([bar.label for bar in bars])
    drawn.add_trace(
        go.Bar(
            x=[bar.width for bar in bars],
            base=[bar.left for bar in bars],
            y=names,
            orientation="h",
            marker={"color": [colours.breached if bar.span.failed else colours.met for bar in bars]},
            text=[("✕ " if bar.span.failed else "") + words.duration(bar.span.duration_seconds) for bar in bars],
            textposition="outside",
            textfont={"color": colours.muted, "size": 12},
            cliponaxis=False,
            customdata=[_hover(bar.span) for bar in bars],
            hovertemplate="%{customdata}<extra></extra>",
        )
    )
    for wait in waits:
        _draw_wait(drawn, wait, colours)
    drawn.update_layout(hovermode="closest", bargap=0.38, margin={"r": 90, "t": 28})
    drawn.update_yaxes(autorange="reversed", type="category", showgrid=False, ticklabelstandoff=6)
    _time_axis(drawn, bars, bool(waits))
    return drawn


def _time_axis(drawn: go.Figure, bars: Sequence[Bar], folded_waits: bool) -> None:
    if folded_waits:
        drawn.update_xaxes(showticklabels=False, showgrid=False)
        return
    longest = max((bar.left + bar.width for bar in bars), default=1.0)
    unit, suffix = (1.0, " s") if longest < 180 else (60.0, " min")
    step = longest / 5
    ticks = [step * at for at in range(6)]
    drawn.update_xaxes(
        side="top", tickvals=ticks, ticktext=[f"{tick / unit:.3g}{suffix}" for tick in ticks], showgrid=True, rangemode="tozero"
    )


def _draw_wait(drawn: go.Figure, wait: Wait, colours: Palette) -> None:
    middle = wait.left + wait.width / 2
    drawn.add_vrect(
        x0=wait.left, x1=wait.left + wait.width, fillcolor=colours.no_data_fill, opacity=0.35, line_width=0, layer="below"
    )
    drawn.add_annotation(
        x=middle, y=1, yref="paper", yanchor="bottom", text=f"waited {words.duration(wait.seconds)}", showarrow=False,
        font={"color": colours.muted, "size": 12},
    )  # fmt: skip


def _gaps(spans: Sequence[StorySpan]) -> dict[int, float]:
    """Seconds nothing ran before a span, by its index, where that is longer than all the work together."""
    gaps: dict[int, float] = {}
    reached = spans[0].offset_seconds if spans else 0.0
    limit = max(_covered(spans), 1.0)
    for index, span in enumerate(spans):
        if span.offset_seconds - reached > limit:
            gaps[index] = span.offset_seconds - reached
        reached = max(reached, span.offset_seconds + span.duration_seconds)
    return gaps


def _covered(spans: Sequence[StorySpan]) -> float:
    """Seconds in which at least one span ran."""
    total, reached = 0.0, float("-inf")
    for span in sorted(spans, key=lambda span: span.offset_seconds):
        end = span.offset_seconds + span.duration_seconds
        total += max(end - max(reached, span.offset_seconds), 0.0)
        reached = max(reached, end)
    return total


def _hover(span: StorySpan) -> str:
    lines = [
        f"<b>{plotly(span.name)}</b>",
        plotly(f"{span.service} · {span.interface_id or 'no interface'}"),
        f"took {words.duration(span.duration_seconds)}",
    ]
    return "<br>".join([*lines, *([f"✕ {plotly(span.message[:300])}"] if span.failed else [])])


def _unique(labels: Sequence[str]) -> list[str]:
    """Labels made distinct with invisible marks, so that two calls of the same name keep two rows."""
    seen: dict[str, int] = {}
    unique = []
    for label in labels:
        seen[label] = seen.get(label, 0) + 1
        unique.append(label + "\u200b" * (seen[label] - 1))
    return unique
