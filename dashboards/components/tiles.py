"""At most four numbers with their change and their course."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import streamlit as st

from dashboards.components import layout
from dashboards.text import markdown


@dataclass(frozen=True, slots=True)
class Tile:
    """One number. `delta` begins with "-" when it falls ('' for none); `better` says which direction is good; `note` stands where there is no delta."""

    label: str
    value: str
    delta: str = ""
    compared: str = ""
    better: Literal["up", "down", "neither"] = "down"
    course: tuple[float, ...] = ()
    bars: bool = False
    definition: str = ""
    note: str = ""


_DELTA: dict[str, Literal["normal", "inverse", "off"]] = {"up": "normal", "down": "inverse", "neither": "off"}


def row(tiles: Sequence[Tile]) -> None:
    """Draw the tiles side by side."""
    if len(tiles) > 4:
        raise ValueError(f"{len(tiles)} tiles; a page leads with at most four")
    for column, tile in zip(layout.tiles(len(tiles)), tiles, strict=True):
        with column:
            _draw(tile)


def _draw(tile: Tile) -> None:
    st.metric(
        tile.label,
        markdown(tile.value),
        markdown(tile.delta or tile.note).replace("\\+", "+") or None,
        delta_color=_DELTA[tile.better] if tile.delta else "gray" if tile.note else "blue",
        delta_arrow="auto" if tile.delta else "off",
        delta_description=tile.compared if tile.delta else None,
        chart_data=list(tile.course) if len(tile.course) > 1 else None,
        chart_type="bar" if tile.bars else "line",
        border=True,
        height="stretch",
        help=tile.definition or None,
    )
