"""NATS JetStream, asked through its own request subjects. Nothing is consumed or acknowledged."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from collector.queues.event_loop import EventLoop
from collector.queues.instants import instant_of, oldest_age
from collector.queues.nats.api import JetStream
from collector.queues.nats.config import NatsSettings
from collector.queues.poller import PollFailed, QueueReading, Setup
from collector.queues.rates import Rates


class NatsPoller:
    """One reading per consumer, named stream/consumer; one per stream that has no consumer at all."""

    def __init__(self, setup: Setup) -> None:
        self._settings: NatsSettings = setup.settings
        self._timeout = setup.timeout
        self._clock = setup.clock
        self._broker = self._settings.broker or setup.id
        self._rates = Rates()
        self._stream_api = JetStream(setup)
        self._loop = EventLoop(f"nats-{setup.id}")

    def sample(self) -> Sequence[QueueReading]:
        try:
            return self._loop.run(self._readings(), self._timeout)
        except TimeoutError as error:
            raise PollFailed(
                f"{', '.join(self._settings.servers)} did not answer in time; raise timeout, or choose fewer streams"
            ) from error

    def close(self) -> None:
        try:
            self._loop.run(self._stream_api.close(), self._timeout)
        finally:
            self._loop.close()

    async def _readings(self) -> list[QueueReading]:
        found: list[QueueReading] = []
        async for stream in self._stream_api.pages("STREAM.LIST", "streams", {}):
            if self._settings.streams.wants(stream["config"]["name"]):
                found += await self._of_stream(stream)
        return found

    async def _of_stream(self, stream: Any) -> list[QueueReading]:
        name, state = stream["config"]["name"], stream["state"]
        now = self._clock()
        written = self._rates.per_second((name,), state.get("last_seq"), now)
        if not state.get("consumer_count"):
            return [self._whole(stream, now, written)]
        found = []
        async for consumer in self._stream_api.pages(f"CONSUMER.LIST.{name}", "consumers", {}):
            if self._settings.consumers.wants(consumer["name"]):
                found.append(await self._of_consumer(stream, consumer, now, written))
        return found

    def _whole(self, stream: Any, now: datetime, written: float | None) -> QueueReading:
        state = stream["state"]
        oldest = instant_of(state.get("first_ts")) if state.get("messages") else None
        return QueueReading(
            queue=stream["config"]["name"],
            broker=self._broker,
            depth=state.get("messages"),
            oldest_age_seconds=oldest_age(oldest, now, state.get("messages")),
            consumers=0,
            publish_rate=written,
            capacity=_capacity(stream),
        )

    async def _of_consumer(self, stream: Any, consumer: Any, now: datetime, written: float | None) -> QueueReading:
        name, config = stream["config"]["name"], consumer.get("config", {})
        filters = _filters(config, stream)
        pending, unacknowledged = consumer.get("num_pending"), consumer.get("num_ack_pending")
        # Without acknowledgements everything delivered is done.
        done = consumer["delivered" if config.get("ack_policy") == "none" else "ack_floor"]
        return QueueReading(
            queue=f"{name}/{consumer['name']}",
            broker=self._broker,
            depth=pending,
            oldest_age_seconds=oldest_age(await self._oldest(name, consumer, filters), now, pending, unacknowledged),
            in_flight=unacknowledged,
            consumers=_bound(consumer, config),
            publish_rate=None if filters else written,
            ack_rate=self._rates.per_second((name, consumer["name"]), done["consumer_seq"], now),
            capacity=_capacity(stream),
        )

    async def _oldest(self, stream: str, consumer: Any, filters: list[str]) -> datetime | None:
        """When the oldest message was stored that is not acknowledged, or not delivered yet."""
        if not self._settings.oldest or not (consumer.get("num_pending") or consumer.get("num_ack_pending")):
            return None
        done = consumer["ack_floor" if consumer.get("num_ack_pending") else "delivered"]
        found = [
            message
            for subject in filters or [">"]
            if (message := await self._next(stream, done["stream_seq"] + 1, subject)) is not None
        ]
        return min(found) if found else None

    async def _next(self, stream: str, sequence: int, subject: str) -> datetime | None:
        answer = await self._stream_api.ask(f"STREAM.MSG.GET.{stream}", {"seq": sequence, "next_by_subj": subject})
        return None if answer is None else instant_of(answer["message"]["time"])


def _filters(config: Any, stream: Any) -> list[str]:
    """Subjects the consumer is limited to; [] when it takes all of its stream's."""
    named = config.get("filter_subjects") or ([config["filter_subject"]] if config.get("filter_subject") else [])
    taken = stream["config"].get("subjects") or []
    return [] if taken and set(taken) <= set(named) else list(named)


def _bound(consumer: Any, config: Any) -> int | None:
    """A push consumer knows whether somebody is subscribed, one at most unless they share a group. A pull consumer knows only
    requests that wait just now, which says nothing about those at work."""
    if not config.get("deliver_subject"):
        return None
    if not consumer.get("push_bound"):
        return 0
    return None if config.get("deliver_group") else 1


def _capacity(stream: Any) -> int | None:
    """-1 is unlimited."""
    most = stream["config"].get("max_msgs", -1)
    return most if isinstance(most, int) and most > 0 else None
