"""Grids: promise × hospital, promise × day, interface × failure class. Each cell carries a shape or a number besides its colour."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from analytics import words
from analytics.failures.rows import MatrixCell
from analytics.sla.rows import DayCell, FacilityCell, SlaState
from dashboards.status import OF_SLA
from dashboards.theme import Palette, figure

_ORDER = (SlaState.MET, SlaState.AT_RISK, SlaState.BREACHED, SlaState.NO_DATA)
_ROW = 30


@dataclass(frozen=True, slots=True)
class _Cell:
    column: str
    row: str
    state: SlaState
    good: int
    total: int
    attained: float | None


def troubled(cells: Sequence[FacilityCell] | Sequence[DayCell], most: int) -> tuple[str, ...]:
    """Names of the promises with a breached or endangered cell, worst first, at most `most`; the tightest kept ones when none has."""
    weights: dict[str, tuple[int, int, int]] = {}
    for cell in cells:
        breached, risky, known = weights.get(cell.name, (0, 0, 0))
        weights[cell.name] = (
            breached + (cell.state is SlaState.BREACHED),
            risky + (cell.state is SlaState.AT_RISK),
            known + (cell.state is not SlaState.NO_DATA),
        )
    ordered = sorted(weights, key=lambda name: weights[name], reverse=True)
    return tuple([name for name in ordered if any(weights[name][:2])][:most] or ordered[: min(most, 6)])


def by_facility(cells: Sequence[FacilityCell], facilities: Sequence[str], colours: Palette) -> go.Figure:
    """State of each promise at each facility, in the order of `facilities`."""
    return _states([_Cell(c.facility_id, c.name, c.state, c.good, c.total, c.attained) for c in cells], facilities, colours)


def by_day(cells: Sequence[DayCell], colours: Palette) -> go.Figure:
    """State of each promise on each day: a calendar from left to right."""
    days = sorted({cell.day for cell in cells})
    named = [_Cell(f"{c.day:%b %d}", c.name, c.state, c.good, c.total, c.attained) for c in cells]
    drawn = _states(named, [f"{day:%b %d}" for day in days], colours)
    drawn.update_xaxes(nticks=12, tickangle=0)
    return drawn


def failure_matrix(cells: Sequence[MatrixCell], class_name: Callable[[str], str], colours: Palette) -> go.Figure:
    """Failures by interface and class; the number stands in the cell."""
    interfaces = _by_weight((cell.interface_id, cell.failures) for cell in cells)
    classes = _by_weight((cell.failure_class, cell.failures) for cell in cells)
    counts = {(cell.interface_id, cell.failure_class): cell for cell in cells}
    grid = [[counts.get((interface, name)) for name in classes] for interface in interfaces]
    shades = len(colours.heat) - 1
    drawn = figure(colours, 150 + _ROW * max(len(interfaces), 1))
    drawn.add_trace(
        go.Heatmap(
            x=[class_name(name) for name in classes],
            y=interfaces,
            z=[[cell.failures**0.5 if cell else None for cell in row] for row in grid],
            text=[[f"{cell.failures:,}" if cell else "" for cell in row] for row in grid],
            texttemplate="%{text}",
            customdata=[[cell.open_objects if cell else 0 for cell in row] for row in grid],
            hovertemplate="%{y}: %{text} failures, %{customdata} still open<extra></extra>",
            colorscale=[[step / shades, colour] for step, colour in enumerate(colours.heat)],
            zmin=0,
            showscale=False,
            xgap=3,
            ygap=3,
        )
    )
    # Class names are longer than their columns: slanted they are read whole.
    drawn.update_layout(hovermode="closest", margin={"t": 8})
    drawn.update_yaxes(autorange="reversed", showgrid=False)
    drawn.update_xaxes(side="top", tickangle=-35, automargin=True)
    return drawn


def _states(cells: Sequence[_Cell], columns: Sequence[str], colours: Palette) -> go.Figure:
    rows = list(dict.fromkeys(cell.row for cell in cells))
    found = {(cell.row, cell.column): cell for cell in cells}
    grid = [[found.get((row, column)) for column in columns] for row in rows]
    fills = (colours.met_fill, colours.at_risk_fill, colours.breached_fill, colours.no_data_fill)
    drawn = figure(colours, 60 + _ROW * max(len(rows), 1))
    drawn.add_trace(
        go.Heatmap(
            x=list(columns),
            y=rows,
            z=[[_ORDER.index(cell.state) if cell else None for cell in row] for row in grid],
            text=[[OF_SLA[cell.state].shape if cell else "" for cell in row] for row in grid],
            texttemplate="%{text}",
            textfont={"color": colours.on_fill, "size": 13},
            customdata=[[_said(cell) for cell in row] for row in grid],
            hovertemplate="%{y}, %{x}<br>%{customdata}<extra></extra>",
            colorscale=[[edge / 4, fill] for step, fill in enumerate(fills) for edge in (step, step + 1)],
            zmin=-0.5,
            zmax=3.5,
            showscale=False,
            xgap=3,
            ygap=3,
        )
    )
    drawn.update_layout(hovermode="closest")
    drawn.update_yaxes(autorange="reversed", showgrid=False, type="category")
    drawn.update_xaxes(side="bottom", type="category", tickangle=0)
    return drawn


def _said(cell: _Cell | None) -> str:
    if cell is None or cell.attained is None:
        return "no data"
    return f"{OF_SLA[cell.state].word}: {words.percent(cell.attained)}, {cell.good:,} of {cell.total:,}"


def _by_weight(counted: Iterable[tuple[str, int]]) -> list[str]:
    weights: dict[str, int] = {}
    for name, count in counted:
        weights[name] = weights.get(name, 0) + count
    return sorted(weights, key=lambda name: (-weights[name], name))
