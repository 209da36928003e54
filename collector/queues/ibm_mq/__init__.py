"""IBM MQ, through its administrative REST API."""

from collector.queues.ibm_mq.config import IbmMqSettings
from collector.queues.kind import Kind
from collector.queues.poller import Poller, Setup


def _build(setup: Setup) -> Poller:
    from collector.queues.ibm_mq.poller import IbmMqPoller

    return IbmMqPoller(setup)


KIND = Kind(IbmMqSettings, _build)
