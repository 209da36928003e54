"""Tables as queues: an outbox query."""

from collector.queues.kind import Kind
from collector.queues.poller import Poller, Setup
from collector.queues.sql.config import SqlSettings


def _build(setup: Setup) -> Poller:
    from collector.queues.sql.poller import SqlPoller

    return SqlPoller(setup)


KIND = Kind(SqlSettings, _build)
