"""Amazon SQS."""

from collector.queues.kind import Kind
from collector.queues.poller import Poller, Setup
from collector.queues.sqs.config import SqsSettings


def _build(setup: Setup) -> Poller:
    from collector.queues.sqs.poller import SqsPoller

    return SqsPoller(setup)


KIND = Kind(SqsSettings, _build)
