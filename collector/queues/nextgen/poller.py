"""NextGen Connect, asked for the dashboard's figures. No message is read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from collector.queues.nextgen.config import NextGenSettings
from collector.queues.nextgen.session import Session
from collector.queues.nextgen.shape import ShapeUnknown, count, entries, members, statistics
from collector.queues.poller import PollFailed, QueueReading, Setup
from collector.queues.rates import Rates

_SOURCE = 0


class NextGenPoller:
    """One reading per deployed channel, or per destination of it."""

    def __init__(self, setup: Setup) -> None:
        settings: NextGenSettings = setup.settings
        self._settings = settings
        self._clock = setup.clock
        self._broker = settings.broker or setup.id
        self._rates = Rates()
        self._session = Session(setup)

    def sample(self) -> Sequence[QueueReading]:
        try:
            statuses = list(entries(self._session.get("/api/channels/statuses"), "dashboardStatus"))
            lacking = any(not statistics(each.get("statistics")) for each in statuses)
            counters = self._counters() if lacking else {}
        except ShapeUnknown:
            raise PollFailed(
                f"{self._session.where} answered in a shape not known; check that it is NextGen Connect 3 or 4"
            ) from None
        now = self._clock()
        wanted = (each for each in statuses if self._settings.choice.wants(str(each.get("name", ""))))
        return [reading for status in wanted for reading in self._readings(status, counters, now)]

    def close(self) -> None:
        self._session.close()

    def _counters(self) -> dict[str, dict[str, int]]:
        """By channel, for versions whose statuses carry none."""
        found = {}
        for each in entries(self._session.get("/api/channels/statistics"), "channelStatistics"):
            figures = {name: count(each.get(name)) for name in ("received", "sent", "error", "queued")}
            found[str(each.get("channelId"))] = {name.upper(): value for name, value in figures.items() if value is not None}
        return found

    def _readings(
        self, status: Mapping[str, Any], counters: Mapping[str, dict[str, int]], now: datetime
    ) -> Iterator[QueueReading]:
        identity, name = str(status.get("channelId", "")), str(status["name"])
        if not self._settings.connectors:
            figures = statistics(status.get("statistics")) or counters.get(identity, {})
            yield self._reading(name, (identity,), status, figures, now)
            return
        for child in members(status.get("childStatuses"), "dashboardStatus"):
            number = count(child.get("metaDataId"))
            if number != _SOURCE:
                figures = statistics(child.get("statistics"))
                yield self._reading(f"{name}/{child.get('name')}", (identity, number), child, figures, now)

    def _reading(
        self, queue: str, identity: tuple[Any, ...], status: Mapping[str, Any], figures: Mapping[str, int], now: datetime
    ) -> QueueReading:
        queued = count(status.get("queued"))
        return QueueReading(
            queue=queue,
            broker=self._broker,
            depth=figures.get("QUEUED") if queued is None else queued,
            publish_rate=self._rates.per_second((*identity, "received"), figures.get("RECEIVED"), now),
            ack_rate=self._rates.per_second((*identity, "sent"), figures.get("SENT"), now),
            dead_letters=figures.get("ERROR"),
        )
