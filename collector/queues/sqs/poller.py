"""Amazon SQS, asked for the attributes of its queues. No message is received."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from botocore.exceptions import ClientError

from collector.queues.poller import PollFailed, QueueReading, Setup
from collector.queues.selection import is_pattern
from collector.queues.sqs import cloudwatch
from collector.queues.sqs.clients import Clients, asked, code_of
from collector.queues.sqs.config import SqsSettings

_ATTRIBUTES = [
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
    "RedrivePolicy",
]
_PAGE = 1000
Attributes = dict[str, str]


class SqsPoller:
    """One reading per queue that is no other's dead-letter queue."""

    def __init__(self, setup: Setup) -> None:
        settings: SqsSettings = setup.settings
        self._settings = settings
        self._clock = setup.clock
        self._broker = settings.broker or setup.id
        self._where = f"SQS in {settings.region}"
        clients = Clients(setup)
        self._sqs = clients.client("sqs", settings.url)
        self._cloudwatch = clients.client("cloudwatch", settings.cloudwatch_url) if settings.cloudwatch else None

    def sample(self) -> Sequence[QueueReading]:
        found = {name: each for name, url in self._urls().items() if (each := self._attributes(url)) is not None}
        targets = {name: _dead_letter_arn(each) for name, each in found.items()}
        named_dead = {arn.rpartition(":")[2] for arn in targets.values() if arn}
        sources = [name for name in found if name not in named_dead]
        figures = self._figures(sources)
        dead = {arn: self._dead_letters(arn, found) for arn in targets.values() if arn}
        return [self._reading(name, found[name], dead.get(targets[name] or ""), figures) for name in sources]

    def close(self) -> None:
        self._sqs.close()
        if self._cloudwatch is not None:
            self._cloudwatch.close()

    def _urls(self) -> dict[str, str]:
        """Name → address. Queues named exactly are not listed, which needs one permission less."""
        choice = self._settings.choice
        if not any(is_pattern(each) for each in choice.include):
            return {name: self._url(name) for name in choice.exact()}
        pages = asked(self._where, lambda: list(self._sqs.get_paginator("list_queues").paginate(MaxResults=_PAGE)))
        listed = {url.rpartition("/")[2]: url for page in pages for url in page.get("QueueUrls", [])}
        wanted = {name: url for name, url in sorted(listed.items()) if choice.wants(name)}
        if len(wanted) > self._settings.queue_limit:
            raise PollFailed(
                f"{self._where} has {len(wanted)} queues of these names, more than queue_limit {self._settings.queue_limit}; "
                "narrow queues, or raise it"
            )
        return wanted

    def _url(self, name: str) -> str:
        answer = asked(f"{self._where}, queue {name},", lambda: self._sqs.get_queue_url(QueueName=name))
        return str(answer["QueueUrl"])

    def _attributes(self, url: str) -> Attributes | None:
        """None for a queue deleted since it was listed."""

        def ask() -> Attributes | None:
            try:
                answer = self._sqs.get_queue_attributes(QueueUrl=url, AttributeNames=_ATTRIBUTES)
            except ClientError as error:
                if code_of(error).rpartition(".")[2] in ("NonExistentQueue", "QueueDoesNotExist"):
                    return None
                raise
            attributes: Attributes = answer.get("Attributes", {})
            return attributes

        return asked(self._where, ask)

    def _dead_letters(self, arn: str, found: dict[str, Attributes]) -> int | None:
        """Depth of the queue that takes what was given up; None when we may not see it."""
        name, account = arn.split(":")[5], arn.split(":")[4]
        attributes = found.get(name)
        if attributes is None:
            try:
                url = self._sqs.get_queue_url(QueueName=name, QueueOwnerAWSAccountId=account)["QueueUrl"]
                attributes = self._sqs.get_queue_attributes(QueueUrl=url, AttributeNames=_ATTRIBUTES)["Attributes"]
            except ClientError:
                return None
        return _count(attributes, "ApproximateNumberOfMessages")

    def _figures(self, queues: Sequence[str]) -> cloudwatch.Figures:
        client = self._cloudwatch
        if client is None or not queues:
            return {}
        region = self._settings.region
        return asked(f"CloudWatch in {region}", lambda: cloudwatch.figures(client, queues, self._clock()))

    def _age(self, told: float | None, depth: int | None, in_flight: int | None) -> float | None:
        """CloudWatch is minutes late: of a queue now empty it still tells the age of what was in it."""
        if self._cloudwatch is None:
            return None
        return 0.0 if depth == 0 and in_flight == 0 else told

    def _reading(self, name: str, attributes: Attributes, dead: int | None, figures: cloudwatch.Figures) -> QueueReading:
        depth = _count(attributes, "ApproximateNumberOfMessages")
        delayed = _count(attributes, "ApproximateNumberOfMessagesDelayed")
        in_flight = _count(attributes, "ApproximateNumberOfMessagesNotVisible")
        if self._settings.count_delayed:
            depth = None if depth is None or delayed is None else depth + delayed
        return QueueReading(
            queue=name,
            broker=self._broker,
            depth=depth,
            oldest_age_seconds=self._age(figures.get((name, cloudwatch.AGE)), depth, in_flight),
            in_flight=in_flight,
            publish_rate=figures.get((name, cloudwatch.SENT)),
            ack_rate=figures.get((name, cloudwatch.DELETED)),
            dead_letters=dead,
        )


def _count(attributes: Attributes, name: str) -> int | None:
    """SQS writes numbers as text; an emulator may leave some out."""
    text: Any = attributes.get(name)
    try:
        return int(text)
    except (TypeError, ValueError):
        return None


def _dead_letter_arn(attributes: Attributes) -> str | None:
    try:
        arn = json.loads(attributes["RedrivePolicy"])["deadLetterTargetArn"]
    except (KeyError, TypeError, ValueError):
        return None
    return arn if isinstance(arn, str) and arn.count(":") == 5 else None
