"""What one side sends and another must receive, and what work falls back on while a dependency is away."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from domain.base import Configured, Duration, Identifier


class Side(Configured):
    """Where a key is seen: a milestone of a flow, or calls of an interface that did not fail."""

    flow: Identifier | None = None
    milestone: Identifier | None = None
    interface: Identifier | None = None


class Handover(Configured):
    """Each key sent must be received `within` (wall time). `key` names the key of interface sides; a flow's side has the flow's."""

    id: Identifier
    name: str
    sent: Side
    received: Side
    within: Duration
    key: Literal["correlation", "contract", "purchase_order", "invoice", "item"] = "correlation"
    owner: Identifier | None = None


class Fallback(Configured):
    """While any of `interfaces` is away for longer than `after`, `flows` run on the last approved prices."""

    id: Identifier
    name: str
    interfaces: tuple[Identifier, ...]
    flows: tuple[Identifier, ...]
    after: Duration = timedelta(minutes=5)
