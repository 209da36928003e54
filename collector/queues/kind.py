"""What a folder of this package offers: the type of its settings and a way to build its poller."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from collector.queues.poller import Poller, Setup
from domain.base import Configured


@dataclass(frozen=True, slots=True)
class Kind:
    """`build` imports the broker's library only when called, and may raise PollFailed or SecretMissing."""

    settings: type[Configured]
    build: Callable[[Setup], Poller]
