"""How a page is cut into places; in a narrow window pairs stack and tiles stand two by two (spacing.css)."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator


def pair(name: str, left: float, right: float) -> Sequence[DeltaGenerator]:
    """Two places side by side, `left` : `right` wide. `name` is the pair's own on the page."""
    with st.container(key=f"pair_{name}"):
        return st.columns([left, right], gap="medium")


def tiles(count: int) -> Sequence[DeltaGenerator]:
    """Equal places in a row for `count` tiles."""
    with st.container(key="tiles"):
        return st.columns(count)


def filters() -> Sequence[DeltaGenerator]:
    """Facility, period, and what the figures rest on."""
    with st.container(key="filters"):
        return st.columns([1, 1.3, 3], vertical_alignment="bottom")
