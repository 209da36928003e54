"""Wrong page passwords, told to the audit log as a count: a thousand guesses a second must not become a thousand rows."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable

from alerts import audit
from analytics.context import Context


class WrongPasswords:
    """`count` is called from any thread at any door (page, api); `step` records what came since the last one."""

    def __init__(self, context: Callable[[], Context]) -> None:
        self._context = context
        self._counted: Counter[str] = Counter()
        self._lock = threading.Lock()

    def count(self, door: str) -> None:
        with self._lock:
            self._counted[door] += 1

    def step(self) -> None:
        """One entry per door. What the store does not take is counted on and recorded later."""
        with self._lock:
            counted, self._counted = self._counted, Counter()
        while counted:
            door, attempts = next(iter(counted.items()))
            try:
                audit.note(
                    self._context(), "unknown", door, "sign in", "page password", "refused", f"wrong passwords: {attempts:,}"
                )
            except BaseException:
                with self._lock:
                    self._counted.update(counted)
                raise
            del counted[door]
