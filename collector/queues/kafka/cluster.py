"""What a cluster says of groups and offsets, through the admin protocol: nothing is joined, committed or created."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Mapping
from concurrent.futures import Future
from typing import Any

from confluent_kafka import ConsumerGroupTopicPartitions, IsolationLevel, KafkaError, KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient, OffsetSpec  # type: ignore[attr-defined]

from collector.queues.poller import PollFailed

# (topic, partition)
Partition = tuple[str, int]
_UNSUPPORTED = frozenset({KafkaError._UNSUPPORTED_FEATURE, KafkaError.UNSUPPORTED_VERSION})
_FORBIDDEN = frozenset({KafkaError.GROUP_AUTHORIZATION_FAILED, KafkaError.CLUSTER_AUTHORIZATION_FAILED})


class Cluster:
    """Each call waits at most until `deadline` (monotonic seconds) and raises PollFailed."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self._servers = settings["bootstrap.servers"]
        self._last_error = ""
        self._admin = AdminClient(dict(settings) | {"error_cb": self._note})

    def groups(self, deadline: float) -> list[str]:
        """Ids of all groups this user may see."""
        listed = self._answer(self._admin.list_consumer_groups(request_timeout=_left(deadline)), "list groups", deadline)
        if not listed.valid and listed.errors:
            raise self._failed("list groups", KafkaException(listed.errors[0]))
        return [group.group_id for group in listed.valid]

    def partitions(self, deadline: float) -> dict[str, list[int]]:
        """Topic → its partitions; topics that cannot be read now are left out."""
        try:
            topics = self._admin.list_topics(timeout=_left(deadline)).topics
        except KafkaException as error:
            raise self._failed("read the topics", error) from error
        return {name: sorted(topic.partitions) for name, topic in topics.items() if topic.error is None}

    def committed(
        self, groups: Iterable[str], partitions: Iterable[Partition], deadline: float
    ) -> dict[str, dict[Partition, int]]:
        """Group → partition → offset of the next message it will read; partitions it never committed are left out."""
        asked = [TopicPartition(topic, partition) for topic, partition in partitions]
        waiting = {
            group: self._admin.list_consumer_group_offsets(
                [ConsumerGroupTopicPartitions(group, asked)], request_timeout=_left(deadline)
            )[group]
            for group in groups
        }
        answers = {
            group: self._answer(future, f"read the offsets of group {group}", deadline) for group, future in waiting.items()
        }
        return {
            group: {(p.topic, p.partition): p.offset for p in answer.topic_partitions or () if p.error is None and p.offset >= 0}
            for group, answer in answers.items()
        }

    def ends(self, partitions: Iterable[Partition], deadline: float) -> dict[Partition, int]:
        """Partition → offset the next message will get; a partition without leader is left out."""
        asked = {TopicPartition(topic, partition): OffsetSpec.latest() for topic, partition in partitions}  # type: ignore[no-untyped-call]
        if not asked:
            return {}
        answers = self._admin.list_offsets(
            asked, isolation_level=IsolationLevel.READ_UNCOMMITTED, request_timeout=_left(deadline)
        )
        found, failures = {}, []
        for partition, future in answers.items():
            try:
                found[partition.topic, partition.partition] = future.result(_left(deadline)).offset
            except (KafkaException, TimeoutError) as error:
                failures.append(error)
        if failures and not found:
            raise self._failed("read the ends of partitions", failures[0])
        return found

    def members(self, groups: Iterable[str], deadline: float) -> dict[str, Counter[str]]:
        """Group → topic → members that have partitions of it. A group the broker does not describe is left out: unknown."""
        asked = list(groups)
        if not asked:
            return {}
        found = {}
        for group, future in self._admin.describe_consumer_groups(asked, request_timeout=_left(deadline)).items():
            try:
                description = future.result(_left(deadline))
            except KafkaException as error:
                if error.args[0].code() in _UNSUPPORTED | _FORBIDDEN:
                    continue
                raise self._failed(f"describe group {group}", error) from error
            except TimeoutError:
                continue
            topics = (
                {p.topic for p in member.assignment.topic_partitions} for member in description.members if member.assignment
            )
            found[group] = Counter(topic for assigned in topics for topic in assigned)
        return found

    def _answer(self, future: Future[Any], what: str, deadline: float) -> Any:
        try:
            return future.result(_left(deadline))
        except (KafkaException, TimeoutError) as error:
            raise self._failed(what, error) from error

    def _failed(self, what: str, error: Exception) -> PollFailed:
        """A time-out says little; what the connection said meanwhile says why."""
        self._admin.poll(0)
        told = error.args[0].str() if isinstance(error, KafkaException) else "no answer in time"
        why = f"{told}: {self._last_error}" if self._last_error and self._last_error not in told else told
        return PollFailed(f"{self._servers} did not let us {what} ({why}); check bootstrap_servers, credentials, ACLs and TLS")

    def _note(self, error: KafkaError) -> None:
        self._last_error = error.str()


def _left(deadline: float) -> float:
    return max(0.1, deadline - time.monotonic())
