"""The lag of consumer groups, per topic and where asked for per partition."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from fnmatch import fnmatchcase

from collector.queues.kafka.ages import OldestMessages
from collector.queues.kafka.cluster import Cluster, Partition
from collector.queues.kafka.config import KafkaSettings
from collector.queues.poller import PollFailed, QueueReading, Setup
from collector.queues.rates import Rates

# Of the time for one sample, ages may take what offsets leave, and always leave this much.
_SPARE_SECONDS = 0.5


class KafkaPoller:
    """A queue is called group/topic. Lag is the end of a partition less the group's committed offset."""

    def __init__(self, setup: Setup) -> None:
        settings: KafkaSettings = setup.settings
        self._settings = settings
        self._broker = settings.broker or setup.id
        self._timeout = setup.timeout
        self._clock = setup.clock
        client = settings.client(setup.environment)
        self._cluster = Cluster(client)
        self._oldest = OldestMessages(client, f"supplyscope-{setup.id}")
        self._rates = Rates()

    def close(self) -> None:
        self._oldest.close()

    def sample(self) -> Sequence[QueueReading]:
        deadline = time.monotonic() + self._timeout - _SPARE_SECONDS
        topics = {name: parts for name, parts in self._cluster.partitions(deadline).items() if self._wanted_topic(name)}
        partitions = [(topic, part) for topic, parts in topics.items() for part in parts]
        groups = self._groups(deadline)
        committed = self._cluster.committed(groups, partitions, deadline)
        ends = self._cluster.ends(sorted({p for offsets in committed.values() for p in offsets}), deadline)
        at = self._clock()
        members = self._cluster.members([group for group in groups if committed[group]], deadline)
        written = self._written(committed, ends, deadline)
        readings = [
            reading
            for group, offsets in committed.items()
            for reading in self._of_group(group, offsets, ends, members.get(group), written, at)
        ]
        if not readings:
            named = ", ".join(self._settings.groups)
            raise PollFailed(f"no group of {named} has committed an offset in a matching topic; check groups, topics and ACLs")
        return readings

    def _groups(self, deadline: float) -> list[str]:
        patterns = self._settings.groups
        exact = [name for name in patterns if not set(name) & set("*?[")]
        if len(exact) == len(patterns):
            return list(dict.fromkeys(exact))
        listed = self._cluster.groups(deadline)
        return [group for group in listed if _matches(group, patterns)]

    def _wanted_topic(self, name: str) -> bool:
        return _matches(name, self._settings.topics) and not _matches(name, self._settings.exclude)

    def _written(
        self, committed: Mapping[str, Mapping[Partition, int]], ends: Mapping[Partition, int], deadline: float
    ) -> dict[tuple[Partition, int], float]:
        """(partition, offset) → when its message was written. Groups at the same offset share a look."""
        if not self._settings.oldest_age:
            return {}
        wanted = {(p, offset) for offsets in committed.values() for p, offset in offsets.items() if ends.get(p, 0) > offset}
        found: dict[tuple[Partition, int], float] = {}
        for look in _looks(wanted):
            found |= {(p, look[p]): seconds for p, seconds in self._oldest.written(look, deadline).items()}
        return found

    def _of_group(
        self,
        group: str,
        offsets: Mapping[Partition, int],
        ends: Mapping[Partition, int],
        members: Counter[str] | None,
        written: Mapping[tuple[Partition, int], float],
        at: datetime,
    ) -> Iterator[QueueReading]:
        by_topic: dict[str, list[Partition]] = defaultdict(list)
        for partition in offsets:
            if partition in ends:
                by_topic[partition[0]].append(partition)
        for topic, partitions in by_topic.items():
            consumers = None if members is None else members[topic]
            yield self._reading(f"{group}/{topic}", partitions, offsets, ends, consumers, written, at)
            for partition in partitions if self._settings.partitions else ():
                yield self._reading(f"{group}/{topic}/{partition[1]}", [partition], offsets, ends, None, written, at)

    def _reading(
        self,
        queue: str,
        partitions: Sequence[Partition],
        offsets: Mapping[Partition, int],
        ends: Mapping[Partition, int],
        consumers: int | None,
        written: Mapping[tuple[Partition, int], float],
        at: datetime,
    ) -> QueueReading:
        lag = sum(max(0, ends[p] - offsets[p]) for p in partitions)
        seen = [written[p, offsets[p]] for p in partitions if (p, offsets[p]) in written]
        age = max(0.0, at.timestamp() - min(seen)) if seen else 0.0 if lag == 0 else None
        return QueueReading(
            queue,
            self._broker,
            depth=lag,
            oldest_age_seconds=age,
            consumers=consumers,
            publish_rate=self._rates.per_second((queue, "end"), sum(ends[p] for p in partitions), at),
            ack_rate=self._rates.per_second((queue, "committed"), sum(offsets[p] for p in partitions), at),
        )


def _looks(wanted: set[tuple[Partition, int]]) -> Iterator[dict[Partition, int]]:
    """The wanted offsets in as few rounds as possible: one offset of a partition per round."""
    offsets: dict[Partition, list[int]] = defaultdict(list)
    for partition, offset in sorted(wanted):
        offsets[partition].append(offset)
    for n in range(max(map(len, offsets.values()), default=0)):
        yield {partition: all_of_it[n] for partition, all_of_it in offsets.items() if n < len(all_of_it)}


def _matches(name: str, patterns: Sequence[str]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)
