"""The one place where a value becomes SQL text: view definitions can take no parameters."""

from __future__ import annotations

import re

_ESCAPES = str.maketrans({"\\": "\\\\", "'": "\\'", "\0": "\\0", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"})
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def literal(value: str) -> str:
    """`value` as a ClickHouse string literal that reads back as exactly `value`."""
    return f"'{value.translate(_ESCAPES)}'"


def identifier(name: str) -> str:
    """`name` unchanged when it is a plain SQL name; otherwise ValueError: names are ours, never the user's."""
    if not _NAME.fullmatch(name):
        raise ValueError(f'"{name}" is not a plain SQL name; use letters, digits and underscores')
    return name
