"""Asks a RabbitMQ management API for its queues."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import quote

from collector.http_client import HttpClient
from collector.queues.poller import PollFailed, QueueReading, Setup
from collector.queues.rabbitmq.config import RabbitMqSettings
from collector.queues.rabbitmq.reading import COLUMNS, reading
from collector.queues.rabbitmq.topology import DeadLetters, Queue, dead_letter_exchange
from collector.queues.rates import Rates


class RabbitMqPoller:
    """One request per page of queues and virtual host; the topology of dead letters now and then."""

    def __init__(self, setup: Setup) -> None:
        settings: RabbitMqSettings = setup.settings
        self._settings = settings
        self._broker = settings.broker or setup.id
        self._client = HttpClient(settings, setup.timeout, setup.environment)
        self._clock = setup.clock
        self._rates = Rates()
        self._dead_letters: DeadLetters | None = None

    def close(self) -> None:
        self._client.close()

    def sample(self) -> Sequence[QueueReading]:
        found = [queue for vhost in self._settings.vhosts or (None,) for queue in self._queues(vhost)]
        at = self._clock()
        if self._dead_letters is None or at - self._dead_letters.read > self._settings.topology_every:
            self._dead_letters = self._topology(found)
        dead = self._dead_letters.counts(found)
        return [
            reading(queue, self._named(queue["vhost"]), dead.get((queue["vhost"], queue["name"])), at, self._rates)
            for queue in found
            if self._wanted(queue)
        ]

    def _named(self, vhost: str) -> str:
        """Queues of the same name in two virtual hosts are two queues."""
        return self._broker if vhost == "/" else f"{self._broker}/{vhost.lstrip('/')}"

    def _wanted(self, queue: Mapping[str, Any]) -> bool:
        """An exclusive queue belongs to one connection, for example for its replies, and goes with it."""
        if queue.get("exclusive") and not self._settings.exclusive:
            return False
        name = queue["name"]
        return _matches(name, self._settings.queues) and not _matches(name, self._settings.exclude)

    def _queues(self, vhost: str | None) -> Iterator[Queue]:
        path = "/api/queues" if vhost is None else f"/api/queues/{quote(vhost, safe='')}"
        page = pages = 1
        while page <= pages:
            asked = {"page": str(page), "page_size": str(self._settings.page_size), "columns": ",".join(COLUMNS)}
            answer = self._client.json(path, params=asked)
            if not isinstance(answer, dict) or not isinstance(answer.get("items"), list):
                raise PollFailed(f"{self._client.url}{path} did not answer a page of queues; is it a RabbitMQ management API?")
            yield from answer["items"]
            page, pages = page + 1, int(answer.get("page_count") or 1)

    def _topology(self, queues: Sequence[Queue]) -> DeadLetters:
        """Bindings and exchange types are read only where some queue has a dead-letter exchange."""
        vhosts = {queue["vhost"] for queue in queues if dead_letter_exchange(queue) is not None}
        bindings, exchanges = [], []
        for vhost in sorted(vhosts):
            bindings += self._client.json(f"/api/bindings/{quote(vhost, safe='')}")
            exchanges += self._client.json(f"/api/exchanges/{quote(vhost, safe='')}", params={"columns": "name,vhost,type"})
        return DeadLetters(self._clock(), bindings, exchanges, self._settings.dead_letter_queues)


def _matches(name: str, patterns: Sequence[str]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)
