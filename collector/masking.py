"""Masks for rows that no view reads on their way in: the same rules as store.masking renders, with the same results."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import re2

from collector.rows import Row
from domain.configuration import Configuration
from domain.masking import MaskAction
from store.mask_rules import KeyRule, TextRule, mask_rules

_COUNTED = "masked_values"
# Columns of free text, whatever the table.
_TEXTS = ("message", "reason", "error", "problems")


@dataclass(frozen=True, slots=True)
class Masked:
    """A text as it may be stored, and the masks that changed it."""

    text: str
    rules: tuple[str, ...] = ()


class Masks:
    """The masks of one configuration. Safe to share between threads."""

    def __init__(self, configuration: Configuration) -> None:
        rules = mask_rules(configuration)
        self._keys = rules.keys
        self._texts = rules.texts
        self._protected = frozenset(rules.protected)
        # Most values hold nothing to mask: one search tells so for all patterns, where each would take its own.
        self._anything = (
            _compiled("|".join(f"(?:{p})" for rule in rules.texts for p, _ in rule.patterns)) if rules.texts else None
        )
        self._keys_of = lru_cache(maxsize=4096)(self._keys_matching)

    def text(self, text: str, interface: str = "") -> Masked:
        """Free text: a message, a reason. Where it is JSON, the values of masked keys are masked too."""
        return self.value("", text, interface)

    def value(self, name: str, text: str, interface: str = "") -> Masked:
        """An attribute value. Business keys and document numbers are never masked."""
        if not text or name in self._protected:
            return Masked(text)
        for rule in self._keys_of(name) if name else ():
            if _of(rule, interface):
                return Masked(_replacement(rule, text), (rule.id,))
        if text[0] not in "{[":
            return self._patterns(text, interface, text)
        inside = [rule for rule in self._keys if _of(rule, interface) and _compiled(rule.inside).search(text)]
        changed = text
        for rule in inside:
            changed = _in_json(rule, changed)
        found = self._patterns(changed, interface, text)
        return Masked(found.text, (*(rule.id for rule in inside), *found.rules))

    def rows(self, tables: Mapping[str, Sequence[Row]], received: datetime) -> dict[str, Sequence[Row]]:
        """The rows as they may be stored: free text and attributes masked, everything else as it was.

        Where something was masked, rows of `masked_values` count it, by mask and interface: stored with them, counted once like them.
        """
        counted: Counter[tuple[str, str]] = Counter()
        kept: dict[str, Sequence[Row]] = {table: [self._row(row, counted) for row in rows] for table, rows in tables.items()}
        if counted:
            hour = received.replace(minute=0, second=0, microsecond=0)
            kept[_COUNTED] = [
                {"rule": rule, "interface_id": interface, "signal": "rows", "hour": hour, "values": values}
                for (rule, interface), values in counted.items()
            ]
        return kept

    def _row(self, row: Row, counted: Counter[tuple[str, str]]) -> Row:
        interface = str(row.get("interface_id") or "")

        def stored(masked: Masked) -> str:
            counted.update((rule, interface) for rule in masked.rules)
            return masked.text

        changed: dict[str, object] = {}
        for column in _TEXTS:
            value = row.get(column)
            if isinstance(value, str) and value:
                changed[column] = stored(self.text(value, interface))
            elif isinstance(value, list | tuple) and value:
                changed[column] = [stored(self.text(v, interface)) if isinstance(v, str) else v for v in value]
        attributes = row.get("attributes")
        if isinstance(attributes, dict) and attributes:
            changed["attributes"] = {
                n: stored(self.value(n, v, interface)) if isinstance(v, str) else v for n, v in attributes.items()
            }
        return {**row, **changed} if changed else row

    def _keys_matching(self, name: str) -> tuple[KeyRule, ...]:
        return tuple(rule for rule in self._keys if _compiled(rule.expression).search(name))

    def _patterns(self, text: str, interface: str, original: str) -> Masked:
        """Masks are named when the text as it came has what they look for, as the views count them."""
        if self._anything is None or not any(self._anything.search(t) for t in {text, original}):
            return Masked(text)
        rules = [rule for rule in self._texts if _of(rule, interface)]
        for rule in rules:
            for pattern, replacement in rule.patterns:
                text = _compiled(pattern).sub(replacement.replace("\\1", r"\g<1>"), text)
        named = tuple(r.id for r in rules if any(_compiled(p).search(original) for p, _ in r.patterns))
        return Masked(text, named)


def _of(rule: KeyRule | TextRule, interface: str) -> bool:
    return not rule.interfaces or interface in rule.interfaces


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> Any:
    """By RE2, as in the engine: same meaning, and linear time whatever a sender writes."""
    return re2.compile(pattern)


def _in_json(rule: KeyRule, text: str) -> str:
    if _compiled(rule.container).search(text):
        return f'"{rule.token}"'
    return str(_compiled(rule.scalar).sub(rf'\g<1>"{rule.token}"', text))


def _replacement(rule: KeyRule, text: str) -> str:
    if rule.action is MaskAction.HASH:
        return "sha256:" + hashlib.sha256(text.encode()).hexdigest()[:16]
    return "" if rule.action is MaskAction.DROP else rule.token
