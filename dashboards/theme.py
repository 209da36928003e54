"""Every colour of the figures, and the one Plotly template. No other module of the pages names a colour."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import plotly.graph_objects as go


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours of one theme. `*_fill` are the light areas of heat maps; marks hold 3:1 and text 4.5:1 against `background`."""

    name: str
    background: str
    panel: str
    border: str
    text: str
    muted: str
    met: str
    at_risk: str
    breached: str
    no_data: str
    excluded: str
    series: str
    series_soft: str
    met_fill: str
    at_risk_fill: str
    breached_fill: str
    no_data_fill: str
    heat: tuple[str, ...]
    met_text: str
    at_risk_text: str
    breached_text: str
    on_fill: str


LIGHT = Palette(
    name="light",
    background="#FFFFFF",
    panel="#F5F7FA",
    border="#E1E6EC",
    text="#17202B",
    muted="#59626D",
    met="#00875F",
    at_risk="#D98A00",
    breached="#C8430A",
    no_data="#7A828C",
    excluded="#6B57A5",
    series="#0B5CAD",
    series_soft="#9DBFE2",
    met_fill="#BFE3D5",
    at_risk_fill="#F3D08A",
    breached_fill="#E58A63",
    no_data_fill="#D5D9DE",
    heat=("#FFFFFF", "#F9E3D8", "#F0B99E", "#E58A63"),
    met_text="#006B4B",
    at_risk_text="#8A5700",
    breached_text="#A33608",
    on_fill="#17202B",
)

DARK = Palette(
    name="dark",
    background="#12171E",
    panel="#1B222B",
    border="#323C48",
    text="#E6EBF1",
    muted="#B3BCC7",
    met="#2FB98A",
    at_risk="#E9A83A",
    breached="#F0784A",
    no_data="#98A2AE",
    excluded="#A593DC",
    series="#63A9F0",
    series_soft="#3F6C9B",
    met_fill="#1F4D3E",
    at_risk_fill="#6A4C14",
    breached_fill="#8A3A18",
    no_data_fill="#3A434E",
    heat=("#12171E", "#3A241B", "#6B3520", "#A04A26"),
    met_text="#5FD0A8",
    at_risk_text="#F0BC62",
    breached_text="#F79A74",
    on_fill="#FFFFFF",
)


def palette(theme: str | None) -> Palette:
    """The palette of Streamlit's theme type ("light", "dark"; None before the browser has said)."""
    return DARK if theme == "dark" else LIGHT


@cache
def template(colours: Palette) -> go.layout.Template:
    """The Plotly template: quiet axes, unified hover, no legend, transparent ground."""
    axis = {
        "gridcolor": colours.border,
        "linecolor": colours.border,
        "zeroline": False,
        "ticks": "",
        "tickfont": {"color": colours.muted, "size": 12},
        "title": {"font": {"color": colours.muted, "size": 12}},
        "automargin": True,
    }
    return go.layout.Template(
        layout={
            "font": {"family": "Source Sans, Source Sans Pro, sans-serif", "color": colours.text, "size": 13},
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "colorway": [colours.series, colours.at_risk, colours.met, colours.excluded, colours.breached],
            "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
            "hovermode": "x unified",
            "hoverlabel": {"bgcolor": colours.panel, "bordercolor": colours.border, "font": {"color": colours.text, "size": 13}},
            "showlegend": False,
            "xaxis": {**axis, "showgrid": False},
            "yaxis": {**axis, "rangemode": "tozero"},
            "dragmode": False,
        }
    )


def figure(colours: Palette, height: int) -> go.Figure:
    """An empty figure in our template, `height` pixels high."""
    return go.Figure(layout={"template": template(colours), "height": height})
