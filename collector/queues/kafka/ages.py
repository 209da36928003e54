"""When the message a group will read next was written."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from confluent_kafka import TIMESTAMP_NOT_AVAILABLE, Consumer, KafkaException, TopicPartition

from collector.queues.kafka.cluster import Partition

_MOST_PARTITIONS = 500


class OldestMessages:
    """Reads the first message at given offsets by assignment: no group is joined, nothing is committed."""

    def __init__(self, settings: Mapping[str, Any], name: str) -> None:
        self._settings = dict(settings) | {
            "group.id": name,
            "enable.auto.commit": False,
            "enable.auto.offset.store": False,
            "auto.offset.reset": "earliest",
            "queued.max.messages.kbytes": 1024,
            "fetch.message.max.bytes": 65536,
            "fetch.wait.max.ms": 50,
        }
        self._consumer: Consumer | None = None

    def close(self) -> None:
        consumer, self._consumer = self._consumer, None
        if consumer is not None:
            consumer.close()

    def written(self, offsets: Mapping[Partition, int], deadline: float) -> dict[Partition, float]:
        """Partition → Unix seconds of the message at its offset, or of the next one that is left. A partition that cannot be
        read, or not before `deadline` (monotonic seconds), or whose messages have no timestamp, is left out."""
        asked = dict(sorted(offsets.items())[:_MOST_PARTITIONS])
        found: dict[Partition, float] = {}
        if not asked:
            return found
        self._consumer = consumer = self._consumer or Consumer(self._settings)
        waiting = set(asked)
        try:
            consumer.assign([TopicPartition(topic, partition, offset) for (topic, partition), offset in asked.items()])
            while waiting and (left := deadline - time.monotonic()) > 0:
                message = consumer.poll(min(left, 0.5))
                if message is None:
                    continue
                partition = (str(message.topic()), int(message.partition() or 0))
                if partition in waiting and message.error() is None:
                    kind, milliseconds = message.timestamp()
                    if kind != TIMESTAMP_NOT_AVAILABLE:
                        found[partition] = milliseconds / 1000
                if partition in waiting:
                    waiting.discard(partition)
                    consumer.pause([TopicPartition(*partition)])
            # A pause outlives its assignment.
            consumer.resume([TopicPartition(*partition) for partition in asked])
            consumer.unassign()
        except KafkaException:
            self.close()
        return found
