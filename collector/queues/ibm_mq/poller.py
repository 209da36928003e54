"""IBM MQ, asked to display its queues. Nothing is got, browsed or reset."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase

from collector.queues.ibm_mq.config import IbmMqSettings
from collector.queues.ibm_mq.queue import generic_names
from collector.queues.ibm_mq.rest import Found, api
from collector.queues.poller import PollFailed, QueueReading, Setup


class IbmMqPoller:
    """One reading per local queue; a backout queue of one queue alone is a figure of that queue."""

    def __init__(self, setup: Setup) -> None:
        settings: IbmMqSettings = setup.settings
        self._settings = settings
        self._broker = settings.broker or setup.id
        self._api = api(setup)

    def sample(self) -> Sequence[QueueReading]:
        found = self._found()
        used = Counter(definition.backout for _, definition in found.values() if definition.backout)
        own = {name for name, users in used.items() if users == 1}
        dead = {name: self._depth(name, found) for name in used}
        wanted = [name for name in found if self._wanted(name) and name not in own]
        return [self._reading(name, found, dead, own, used) for name in wanted]

    def close(self) -> None:
        self._api.close()

    def _found(self) -> Found:
        choice, manager = self._settings.choice, self._settings.queue_manager
        found: Found = {}
        for name in generic_names((*choice.include, *self._settings.dead_letter_queues)):
            found.update(self._api.queues(name))
        for name in choice.exact():
            if name not in found:
                raise PollFailed(f"{manager} has no local queue {name}; check queues, and that the user may display it")
        # Of what a generic name brought along, only what is asked for says whose backout queue is whose.
        backouts = {definition.backout for name, (_, definition) in found.items() if self._wanted(name)}
        return {name: queue for name, queue in sorted(found.items()) if self._wanted(name) or name in backouts}

    def _wanted(self, name: str) -> bool:
        return self._settings.choice.wants(name) or self._holds_dead_letters(name)

    def _holds_dead_letters(self, name: str) -> bool:
        return any(fnmatchcase(name, each) for each in self._settings.dead_letter_queues)

    def _depth(self, name: str, found: Found) -> int | None:
        """Of a queue that may not be among those chosen; None when it is not there."""
        queue = found.get(name) or self._api.queues(name).get(name)
        return None if queue is None else queue[0].depth

    def _reading(
        self, name: str, found: Found, dead: Mapping[str, int | None], own: set[str], used: Mapping[str, int]
    ) -> QueueReading:
        status, definition = found[name]
        holds = self._holds_dead_letters(name) or name in used
        return QueueReading(
            queue=name,
            broker=self._broker,
            depth=status.depth,
            oldest_age_seconds=0.0 if status.depth == 0 and status.oldest_age is not None else status.oldest_age,
            in_flight=status.uncommitted,
            consumers=status.readers,
            dead_letters=status.depth if holds else dead.get(definition.backout) if definition.backout in own else None,
            capacity=definition.capacity,
        )
