"""NextGen Connect (Mirth) channels."""

from collector.queues.kind import Kind
from collector.queues.nextgen.config import NextGenSettings
from collector.queues.poller import Poller, Setup


def _build(setup: Setup) -> Poller:
    from collector.queues.nextgen.poller import NextGenPoller

    return NextGenPoller(setup)


KIND = Kind(NextGenSettings, _build)
