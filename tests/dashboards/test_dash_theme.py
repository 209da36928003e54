"""One theme: the same colours in Streamlit's file and in the figures', readable in light and dark."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

import dashboards
from dashboards.theme import DARK, LIGHT, Palette, palette

PACKAGE = Path(dashboards.__file__).parent
THEME = tomllib.loads((PACKAGE / ".streamlit" / "config.toml").read_text())["theme"]
BOTH = pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])


def contrast(one: str, other: str) -> float:
    """WCAG 2.1 contrast ratio (https://www.w3.org/TR/WCAG21/#dfn-contrast-ratio)."""
    brighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    shares = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [share / 12.92 if share <= 0.03928 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@BOTH
def test_streamlit_and_figures_share_their_colours(colours: Palette) -> None:
    section = THEME[colours.name]
    pairs = {
        "backgroundColor": colours.background,
        "secondaryBackgroundColor": colours.panel,
        "textColor": colours.text,
        "borderColor": colours.border,
        "greenColor": colours.met,
        "orangeColor": colours.at_risk,
        "redColor": colours.breached,
        "grayColor": colours.no_data,
        "violetColor": colours.excluded,
        "blueColor": colours.series,
    }
    assert {name: section[name] for name in pairs} == pairs


@BOTH
def test_text_is_readable(colours: Palette) -> None:
    for text in (colours.text, colours.muted, colours.met_text, colours.at_risk_text, colours.breached_text):
        assert contrast(text, colours.background) >= 4.5
    for fill in (colours.met_fill, colours.at_risk_fill, colours.breached_fill, colours.no_data_fill):
        assert contrast(colours.on_fill, fill) >= 4.5
    assert contrast(colours.text, colours.heat[-1]) >= 4.5


@BOTH
def test_marks_stand_out(colours: Palette) -> None:
    marks = {"met": 3.0, "breached": 3.0, "no_data": 3.0, "excluded": 3.0, "series": 3.0, "at_risk": 2.7}
    assert {name for name, least in marks.items() if contrast(getattr(colours, name), colours.background) < least} == set()


def test_no_other_module_names_a_colour() -> None:
    literal = re.compile(r"#[0-9A-Fa-f]{6}\b|rgba?\(")
    named = [path.name for path in PACKAGE.rglob("*.py") if path.name != "theme.py" and literal.search(path.read_text())]
    assert named == []


def test_unknown_theme_is_light() -> None:
    assert palette(None) is LIGHT
    assert palette("dark") is DARK


def test_pages_send_nothing_home() -> None:
    settings = tomllib.loads((PACKAGE / ".streamlit" / "config.toml").read_text())
    assert settings["browser"]["gatherUsageStats"] is False
