"""Answers about what was sent and what was received. Times are UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class HandoverHour:
    """Keys first sent in the hour that begins at `hour`. sent = received + missing + awaited; received_late are among the received.

    missing: not received and past the allowed delay. awaited: not received, still within it.
    """

    handover: str
    hour: datetime
    sent: int
    received: int
    received_late: int
    missing: int
    awaited: int


@dataclass(frozen=True, slots=True)
class MissingKey:
    """Sent and not received by `due`. authority '' where the key's issuer is not told."""

    handover: str
    authority: str
    key: str
    facility_id: str
    sent_at: datetime
    due: datetime


@dataclass(frozen=True, slots=True)
class UnsentKey:
    """Received, and never seen sent in the 45 days before."""

    handover: str
    authority: str
    key: str
    facility_id: str
    received_at: datetime
