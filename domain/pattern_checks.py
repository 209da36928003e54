"""What a failure rule can get wrong: its pattern runs in the database as RE2, not as Python's re."""

from __future__ import annotations

import re

from domain.failures import FailureRule
from domain.problems import did_you_mean
from domain.source import Place, Source

GROUPS = ("item", "supplier", "contract", "facility", "purchase_order", "invoice")
# What Python's re accepts and RE2, which the database searches with, does not.
_ORDINARY_ESCAPE = re.compile(r"\\[^1-9ZuUN]")
_CLASS = re.compile(r"\[\^?\]?[^\]]*\]")
_ESCAPE_BEYOND_RE2 = re.compile(r"\\")
_FORM_BEYOND_RE2 = re.compile(r"\(\?<?[=!]|\(\?P=|\(\?\(|\(\?>|\(\?#|\(\?[imsU]*[axLu]|[*+?}]\+|\{(?:\d+,)?(?!1000[,}])\d{4,}")


def check_failure_rule(source: Source, place: Place, entry: FailureRule) -> None:
    if not (entry.interface or entry.code or entry.pattern or entry.attributes):
        source.problem(place, "has no condition, so it hides every rule below it", "Give interface, code, pattern or attributes")
    if entry.pattern is None:
        return
    where = (*place, "pattern")
    try:
        groups = re.compile(entry.pattern).groupindex
    except re.error as error:
        source.problem(
            where, f"is not a regular expression: {error}", "Put the pattern in single quotes and escape . ( [ + literally meant"
        )
        return
    if beyond_re2(entry.pattern):
        source.problem(
            where, "uses a look-around, a back-reference or another form that RE2 has not", "Match the text around it instead"
        )
    for group in groups:
        if group not in GROUPS:
            near = did_you_mean(group, list(GROUPS))
            source.problem(
                where,
                f'names a group "{group}" that extracts nothing',
                near if near.startswith("Did") else f"Use {', '.join(GROUPS)}",
            )


def beyond_re2(pattern: str) -> bool:
    """Whether the pattern uses a form of Python's re that RE2 has not."""
    pattern = _ORDINARY_ESCAPE.sub("x", pattern)
    return bool(_ESCAPE_BEYOND_RE2.search(pattern) or _FORM_BEYOND_RE2.search(_CLASS.sub("x", pattern)))
