"""Answers about late evidence. Times are UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class LateEvidence:
    """Evidence of one kind whose event lies in the interval and which was received after a moment.

    kind: see KINDS. records count what was received, a repeat included. first_received and last_received: when it came.
    """

    kind: str
    records: int
    first_received: datetime
    last_received: datetime
