"""What goes wrong between a client and the engine, on request."""

from __future__ import annotations

import re
import threading
import time
from dataclasses import dataclass
from enum import StrEnum


class What(StrEnum):
    DELAY = "delay"  # run it, `seconds` late: beyond the client's patience it commits after the client gave up
    DROP_BEFORE = "drop_before"  # hang up without running it
    DROP_AFTER = "drop_after"  # run it, then hang up without an answer
    CODE_BEFORE = "code_before"  # answer ClickHouse's error `code` without running it
    CODE_AFTER = "code_after"  # run it, then answer the error


@dataclass
class Fault:
    """For the next `times` statements that match `pattern`."""

    what: What
    pattern: str = r"INSERT\s+INTO"
    times: int = 1
    code: int = 0
    seconds: float = 0.0

    @property
    def message(self) -> str:
        return (
            f"Code: {self.code}. DB::Exception: {_NAMES.get(self.code, 'as the test asked')}. ({_NAMES.get(self.code, 'FAULT')})"
        )


_NAMES = {
    159: "TIMEOUT_EXCEEDED", 202: "TOO_MANY_SIMULTANEOUS_QUERIES", 241: "MEMORY_LIMIT_EXCEEDED", 252: "TOO_MANY_PARTS",
    516: "AUTHENTICATION_FAILED",
}  # fmt: skip


class HungUp(Exception):
    """The connection ends here without an answer."""


class Faults:
    """Planned faults; safe between threads. `met` counts those that happened."""

    def __init__(self) -> None:
        self._planned: list[Fault] = []
        self._lock = threading.Lock()
        self.met = 0

    def plan(self, *faults: Fault) -> None:
        with self._lock:
            self._planned += faults

    def clear(self) -> None:
        with self._lock:
            self._planned.clear()

    def take(self, statement: str) -> Fault | None:
        """The fault this statement meets, None for most."""
        with self._lock:
            for fault in self._planned:
                if re.search(fault.pattern, statement, re.IGNORECASE):
                    fault.times -= 1
                    self.met += 1
                    if not fault.times:
                        self._planned.remove(fault)
                    return fault
        return None


def before(fault: Fault | None) -> None:
    """Raises HungUp, or waits."""
    if fault is None:
        return
    if fault.what is What.DELAY:
        time.sleep(fault.seconds)
    if fault.what is What.DROP_BEFORE:
        raise HungUp


def after(fault: Fault | None) -> None:
    if fault is not None and fault.what is What.DROP_AFTER:
        raise HungUp
