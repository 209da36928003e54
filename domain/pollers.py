"""Which brokers are asked how deep their queues are."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from pydantic import Field

from domain.base import Configured, Duration, Identifier

# Kind of poller → the type of its settings, which the collector owns.
SettingsOfKind = Mapping[str, type[Configured]]


class QueuePoller(Configured):
    """One broker, asked `every` so often and given `timeout` to answer.

    `interfaces` says which interface a queue belongs to; a queue left out belongs to the interface whose `queue` it is.
    `settings` are the kind's own: its typed value once loaded with the kinds, the plain mapping otherwise.
    """

    id: Identifier
    kind: str
    every: Duration = timedelta(seconds=30)
    timeout: Duration = timedelta(seconds=10)
    interfaces: dict[str, Identifier] = Field(default_factory=dict)
    settings: Any = Field(default_factory=dict)
