"""Text from telemetry made harmless: a message may hold any character, a page shows exactly those."""

from __future__ import annotations

import re

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+!|~$:])")


def markdown(text: str) -> str:
    """`text` as Streamlit's Markdown shows it literally, on one line."""
    return _MARKDOWN.sub(r"\\\1", " ".join(text.split()))


def plotly(text: str) -> str:
    """`text` as Plotly's labels and hovers show it literally: no tags, no links."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def counted(number: int, one: str, many: str | None = None) -> str:
    """ "1 contract", "3 contracts", "2,100 lines"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def signed(number: float, text: str) -> str:
    """`text` of a magnitude with the sign of `number`; ASCII minus, the only one st.metric reads as falling."""
    return f"{'-' if number < 0 else '+'}{text}"
