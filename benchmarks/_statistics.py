"""Percentiles of a few measurements."""

from __future__ import annotations

import math
from collections.abc import Sequence


def percentile(values: Sequence[float], share: float) -> float | None:
    """The smallest value that `share` % of them do not exceed (nearest rank), None of none."""
    if not values:
        return None
    return round(sorted(values)[max(0, math.ceil(share / 100 * len(values)) - 1)], 3)
