"""What every question needs: the store, the configuration, who asks, and when it is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from analytics.scope import EVERYTHING, Scope
from domain.clock import Clock, system_clock
from domain.configuration import Configuration
from store.store import Store


@dataclass(frozen=True, slots=True)
class Context:
    """First argument of every question. `clock` decides what "now" means for open work."""

    store: Store
    configuration: Configuration
    scope: Scope = EVERYTHING
    clock: Clock = system_clock

    @property
    def now(self) -> datetime:
        return self.clock()

    def narrowed(self, facility: str | None) -> Context:
        """The same question asked about one facility; None leaves the scope as it is."""
        return replace(self, scope=self.scope.narrowed(facility))
