"""What an alert must be like: matchers over its labels, written as Alertmanager writes them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, PlainSerializer

from domain.base import Configured

Labels = Mapping[str, tuple[str, ...]]
# Every label an alert may carry; condition rules may add their own.
LABELS = (
    "kind", "severity", "condition", "interface", "failure_class", "sla", "flow", "facility", "contract", "item", "supplier",
    "purchase_order", "invoice", "queue", "job", "arrival", "handover", "system", "source", "party", "owner", "subject",
)  # fmt: skip
_WRITTEN = re.compile(r"\s*(?P<name>[A-Za-z_][A-Za-z0-9_]*)\s*(?P<op>=~|!~|!=|=)\s*(?P<value>\"(?:[^\"\\]|\\.)*\"|[^\"]*?)\s*")


class MatchingRule(Configured):
    """`=` and `!=` compare, `=~` and `!~` match a whole value with a regular expression. A label not carried is ""."""

    name: str
    op: Literal["=", "!=", "=~", "!~"]
    value: str

    def matches(self, labels: Labels) -> bool:
        """A label with several values is like `value` when one of them is."""
        found = any(self._is(value) for value in labels.get(self.name) or ("",))
        return found if self.op in ("=", "=~") else not found

    def _is(self, value: str) -> bool:
        return bool(_pattern(self.value).fullmatch(value)) if self.op in ("=~", "!~") else value == self.value

    def __str__(self) -> str:
        value = self.value if self.op in ("=~", "!~") else self.value.replace("\\", "\\\\").replace('"', '\\"')
        return f'{self.name}{self.op}"{value}"'


@cache
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text)


def parse_matcher(value: Any) -> Any:
    """Read 'severity="critical"' or 'interface=~"edi-.*"'; raise ValueError naming the form."""
    if isinstance(value, (MatchingRule, dict)):
        return value
    found = _WRITTEN.fullmatch(str(value))
    if found is None:
        raise ValueError(f'"{value}" is not a matcher; write for example severity="critical" or interface=~"edi-.*"')
    text = found["value"]
    if text.startswith('"'):
        text = text[1:-1] if found["op"] in ("=~", "!~") else re.sub(r"\\(.)", r"\1", text[1:-1], flags=re.DOTALL)
    if found["op"] in ("=~", "!~"):
        try:
            re.compile(text)
        except re.error as error:
            raise ValueError(f'"{value}" is not a matcher: {error}; escape . ( [ + literally meant') from None
    return MatchingRule(name=found["name"], op=found["op"], value=text)


Matcher = Annotated[MatchingRule, BeforeValidator(parse_matcher), PlainSerializer(str)]


def all_match(matchers: Iterable[MatchingRule], labels: Labels) -> bool:
    """Whether every matcher holds; none given matches everything."""
    return all(matcher.matches(labels) for matcher in matchers)
