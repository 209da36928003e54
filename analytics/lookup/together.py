"""Questions to the store that need not wait for each other."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

# The engine's analysis of a query takes longer than a look-up itself, and needs one core of the two a small machine has.
_POOL = ThreadPoolExecutor(4, thread_name_prefix="lookup")


def together(*asked: Callable[[], Any]) -> list[Any]:
    """Answers in the order asked; the first failure is raised after all have ended. The caller's thread answers the last."""
    waiting = [_POOL.submit(one) for one in asked[:-1]]
    try:
        own = [one() for one in asked[-1:]]
    finally:
        failed = [future.exception() for future in waiting]
    for error in failed:
        if error is not None:
            raise error
    return [*(future.result() for future in waiting), *own]
