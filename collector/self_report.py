"""Intake figures into the store, so that pages and later starts can read them."""

from __future__ import annotations

from collector.collector import Collector
from collector.figures import Figures, Tally
from domain.clock import Clock
from store.store import Store


class IntakeRecord:
    """`step` stores what changed since the last step; called by one thread. A step that fails is made up for by the next."""

    def __init__(self, collector: Collector, store: Store, clock: Clock) -> None:
        self._collector = collector
        self._store = store
        self._clock = clock
        self._keys: dict[tuple[str, str], Tally] = {}
        self._refused: dict[tuple[str, str], int] = {}

    def step(self) -> None:
        figures = self._collector.figures()
        received = self._clock()
        when = {"minute": received.replace(second=0, microsecond=0), "received": received}
        self._store.insert("intake_minutes", [when | row for row in self._by_key(figures)])
        self._keys = dict(figures.by_key)
        self._store.insert("intake_refusals", [when | row for row in self._by_reason(figures)])
        self._refused = dict(figures.refused)

    def _by_key(self, figures: Figures) -> list[dict[str, object]]:
        rows: list[dict[str, object]] = []
        for (signal, key), tally in figures.by_key.items():
            more = tally - self._keys.get((signal, key), Tally())
            if more != Tally():
                rows.append({"key_id": key, "signal": signal} | {name: getattr(more, name) for name in Tally.__slots__})
        return rows

    def _by_reason(self, figures: Figures) -> list[dict[str, object]]:
        return [
            {"signal": signal, "reason": reason, "refused": count - self._refused.get((signal, reason), 0)}
            for (signal, reason), count in figures.refused.items()
            if count != self._refused.get((signal, reason), 0)
        ]
