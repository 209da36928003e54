"""What the browser shows: its theme, and a figure with words for those who cannot see it."""

from __future__ import annotations

from pathlib import Path

import plotly.graph_objects as go
import streamlit as st

from dashboards.theme import Palette, palette

_BAR = {"displayModeBar": False, "scrollZoom": False, "doubleClick": False}


def colours() -> Palette:
    """The palette of the reader's theme."""
    return palette(st.context.theme.type)


def style() -> None:
    """The few spacings Streamlit's theme cannot say."""
    st.html(Path(__file__).with_name("spacing.css"))


def draw(figure: go.Figure, *, key: str, alt: str) -> None:
    """A figure with its description for screen readers. `key` keeps it in place while its data changes."""
    st.plotly_chart(figure, key=key, theme=None, config=_BAR, alt=alt)
