"""What a failure rule can get wrong: its pattern runs in the database as RE2, not as Python's re."""

from __future__ import annotations

import re

from domain.failures import FailureRule
from domain.problems import did_you_mean
from domain.source import Place, Source

GROUPS = ("item", "supplier", "contract", "facility", "purchase_order", "invoice")
# What Python's re accepts and RE2, which the database searches with, does not; looked for outside escapes and [classes].
_NOT_RE2 = re.compile(r"\(\?<?[=!]|\(\?P=|\(\?\(|\(\?>|\\[1-9]|[*+?}]\+|\{\d{4,}")
_ESCAPED_OR_CLASS = (re.compile(r"\\[^1-9]"), re.compile(r"\[\^?\]?[^\]]*\]"))


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
    if _beyond_re2(entry.pattern):
        source.problem(
            where, "uses a look-around, back-reference or possessive form, which RE2 has not", "Match the text around it instead"
        )
    for group in groups:
        if group not in GROUPS:
            near = did_you_mean(group, list(GROUPS))
            source.problem(
                where,
                f'names a group "{group}" that extracts nothing',
                near if near.startswith("Did") else f"Use {', '.join(GROUPS)}",
            )


def _beyond_re2(pattern: str) -> bool:
    for noise in _ESCAPED_OR_CLASS:
        pattern = noise.sub("x", pattern)
    return bool(_NOT_RE2.search(pattern))
