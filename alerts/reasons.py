"""How often each kind of decision was made, by its named reason."""

from __future__ import annotations

import re
from collections import Counter

from alerts.decisions import Decision

_DETAIL = re.compile(r'\s*(?:[:("\d]|I-[0-9a-f]|from |of ).*', re.DOTALL)


def name_of(reason: str) -> str:
    """The reason without what differs from case to case: 'throttled (burst): one of 3 …' is "throttled"."""
    return _DETAIL.sub("", reason) or reason[:40]


class DecisionCounts:
    """Counts since the scheduler's configuration was loaded, for metrics."""

    def __init__(self) -> None:
        self.by_reason: Counter[tuple[str, str]] = Counter()

    def add(self, decision: Decision) -> None:
        self.by_reason[decision.kind.value, name_of(decision.reason)] += 1
