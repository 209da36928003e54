"""Who waits when the processor is short: what reads stands behind what takes in."""

from __future__ import annotations

import os
import sys
import threading

_NICENESS = 10


def behind_intake() -> None:
    """This thread takes the processor when others leave it: under load a tenth of theirs. Only Linux has priorities of threads."""
    if sys.platform == "linux" and os.getpriority(os.PRIO_PROCESS, threading.get_native_id()) < _NICENESS:
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)


def half_the_cores() -> int:
    """How many readers may compute at once; at least one."""
    return max(1, len(os.sched_getaffinity(0)) // 2 if sys.platform == "linux" else (os.cpu_count() or 2) // 2)
