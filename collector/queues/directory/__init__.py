"""Folders as queues, local or over SFTP."""

from collector.queues.directory.config import DirectorySettings
from collector.queues.kind import Kind
from collector.queues.poller import Poller, Setup


def _build(setup: Setup) -> Poller:
    from collector.queues.directory.poller import DirectoryPoller

    return DirectoryPoller(setup)


KIND = Kind(DirectorySettings, _build)
