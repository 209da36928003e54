"""OTLP requests read from Kafka topics, through the same intake as over HTTP.

A message's offset is committed after the store's commit. What is read again after a crash, a rebalance or a store that was away
is recognised by its hash and counts once.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass

import structlog
from confluent_kafka import Consumer, KafkaError, KafkaException, Message, TopicPartition

from collector.collector import Collector
from collector.otlp.request import OtlpRequest
from collector.refusals import Refused
from collector.source import SourceThread
from domain.configuration import Configuration
from domain.intake import Signal
from domain.kafka import KafkaTopics
from domain.secrets import SecretMissing

_log = structlog.get_logger(__name__)
_AT_ONCE = 500
_POLL_SECONDS = 0.5
_LONGEST_WAIT = 30.0  # well below max.poll.interval.ms, so that waiting for the store costs no rebalance
_RETRYABLE = frozenset({408, 429, 503})


@dataclass(frozen=True, slots=True)
class KafkaFigures:
    """Messages since start. `poisoned` can never be stored: skipped, and `last_poisoned` says where and why; '' for none."""

    stored: int = 0
    repeated: int = 0
    poisoned: int = 0
    last_poisoned: str = ""
    last_error: str = ""


@dataclass(frozen=True, slots=True)
class _Taken:
    message: Message
    began: float
    request: OtlpRequest | None = None
    commit: Future[None] | None = None
    refused: Refused | None = None


class KafkaSource:
    """A Source. One thread reads, waits for the commits of what it read, then commits its offsets."""

    def __init__(self, topics: KafkaTopics, collector: Collector, environment: Mapping[str, str]) -> None:
        self._topics = topics
        self._collector = collector
        self._environment = environment
        self._thread = SourceThread(f"kafka {topics.id}", self._run)
        self._wait = 0.0
        self.figures = KafkaFigures()

    @property
    def name(self) -> str:
        return self._thread.name

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._thread.stop()

    def _run(self) -> None:
        """Whatever ends a consumer, another is made after a while: the topics keep the data."""
        while not self._thread.stopping.is_set():
            try:
                self._consume()
            except (KafkaException, SecretMissing) as error:
                self._note(str(error))
                self._thread.stopping.wait(5)

    def _consume(self) -> None:
        secret = self._topics.password
        consumer = Consumer(self._topics.client(secret.reveal(self._environment) if secret else None))
        try:
            consumer.subscribe(list(self._topics.topics))
            while not self._thread.stopping.is_set():
                self._batch(consumer, consumer.consume(_AT_ONCE, _POLL_SECONDS))
                self._thread.stopping.wait(self._wait)
        finally:
            consumer.close()

    def _batch(self, consumer: Consumer, messages: Sequence[Message]) -> None:
        taken = [self._take(message) for message in messages if self._is_data(message)]
        if not taken:
            return
        verdicts = [(each, self._verdict(each)) for each in taken]
        held: dict[tuple[str, int], int] = {}
        done: dict[tuple[str, int], int] = {}
        for each, refused in verdicts:
            place, offset = _place(each.message)
            if place in held:
                continue  # stored perhaps, but read again after the one before it
            if refused is not None and refused.status in _RETRYABLE:
                held[place] = offset
                self._note(refused.message)
                continue
            self._count(each, refused)
            done[place] = offset + 1
        self._commit(consumer, done)
        self._read_again(consumer, held)

    def _take(self, message: Message) -> _Taken:
        """Never waits: the requests of a batch are committed together."""
        began, body = time.monotonic(), bytes(message.value() or b"")
        signal = Signal(self._topics.topics[str(message.topic())])
        try:
            if len(body) > self._collector.limits.inflated:
                raise Refused(
                    413, "too_large", f"The message has {len(body)} bytes; the limit is {self._collector.limits.inflated}"
                )
            # No protobuf message begins with a brace, and every JSON document of OTLP does.
            json = body.lstrip()[:1] == b"{"
            request, commit = self._collector.take_otlp(signal, body, json=json)
        except Refused as refused:
            return _Taken(message, began, refused=refused)
        return _Taken(message, began, request, commit)

    def _verdict(self, taken: _Taken) -> Refused | None:
        if taken.refused is not None or taken.commit is None:
            return taken.refused
        try:
            taken.commit.result()
        except Refused as refused:
            return refused
        return None

    def _count(self, taken: _Taken, refused: Refused | None) -> None:
        counters, signal = self._collector.counters, self._topics.topics[str(taken.message.topic())]
        old = self.figures
        if refused is not None or taken.request is None:
            (topic, partition), offset = _place(taken.message)
            why = refused.message if refused else ""
            counters.refuse(signal, refused.reason if refused else "")
            where = f"{topic}[{partition}] offset {offset}: {why}"
            _log.warning("kafka message cannot be stored and is skipped", source=self.name, message=where)
            self.figures = KafkaFigures(old.stored, old.repeated, old.poisoned + 1, where, old.last_error)
            return
        new = taken.commit is not None
        counters.acknowledge(signal, taken.request.records if new else 0, time.monotonic() - taken.began)
        self.figures = KafkaFigures(old.stored + new, old.repeated + (not new), old.poisoned, old.last_poisoned, old.last_error)

    def _commit(self, consumer: Consumer, done: Mapping[tuple[str, int], int]) -> None:
        """A partition that went to another consumer meanwhile is read again there, and recognised."""
        if not done:
            return
        offsets = [TopicPartition(topic, partition, offset) for (topic, partition), offset in done.items()]
        try:
            consumer.commit(offsets=offsets, asynchronous=False)
        except KafkaException as error:
            self._note(str(error))

    def _read_again(self, consumer: Consumer, held: Mapping[tuple[str, int], int]) -> None:
        self._wait = min(_LONGEST_WAIT, max(1.0, self._wait * 2)) if held else 0.0
        for (topic, partition), offset in held.items():
            try:
                consumer.seek(TopicPartition(topic, partition, offset))
            except KafkaException as error:
                self._note(str(error))

    def _is_data(self, message: Message) -> bool:
        error = message.error()
        if error is None:
            return True
        if error.code() != KafkaError._PARTITION_EOF:
            self._note(error.str())
        return False

    def _note(self, error: str) -> None:
        old = self.figures
        if error != old.last_error:
            _log.warning("kafka", source=self.name, error=error)
        self.figures = KafkaFigures(old.stored, old.repeated, old.poisoned, old.last_poisoned, error)


def _place(message: Message) -> tuple[tuple[str, int], int]:
    return (str(message.topic()), int(message.partition() or 0)), int(message.offset() or 0)


def sources(collector: Collector, configuration: Configuration, environment: Mapping[str, str]) -> Sequence[KafkaSource]:
    """A source per configured cluster; a secret that is missing is tried again, not a failed start."""
    return [KafkaSource(topics, collector, environment) for topics in configuration.kafka_topics]
