"""Folders, listed. No file is opened, moved or touched."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath

import structlog

from collector.queues.directory.backlog import Backlog, Entry, counts, reading, sorted_out
from collector.queues.directory.config import DirectorySettings, Folder
from collector.queues.directory.local import LocalFiles
from collector.queues.directory.remote import RemoteFiles
from collector.queues.poller import QueueReading, Setup

_log = structlog.get_logger(__name__)


class DirectoryPoller:
    """One reading per folder."""

    def __init__(self, setup: Setup) -> None:
        settings: DirectorySettings = setup.settings
        self._settings = settings
        self._id = setup.id
        self._clock = setup.clock
        limit = settings.file_limit
        self._files: LocalFiles | RemoteFiles
        self._files = LocalFiles(limit) if settings.sftp is None else RemoteFiles(setup, settings.sftp, limit)

    def sample(self) -> Sequence[QueueReading]:
        return [self._sample(folder) for folder in self._settings.folders]

    def close(self) -> None:
        if isinstance(self._files, RemoteFiles):
            self._files.close()

    def _sample(self, folder: Folder) -> QueueReading:
        working = tuple(_below(folder, each) for each in folder.working)
        errors = tuple(_below(folder, each) for each in folder.errors)
        own = self._files.entries(folder.path, recursive=folder.recursive, without=frozenset((*working, *errors)))
        backlog = sorted_out(folder, own, self._companions(folder, working), self._companions(folder, errors))
        _note(self._id, folder, backlog)
        return reading(folder, self._settings.broker or self._id, backlog, self._clock())

    def _companions(self, folder: Folder, paths: tuple[str, ...]) -> list[Entry] | None:
        """The files of folders beside the one; None when none is configured."""
        if not paths:
            return None
        listed = (entry for path in paths for entry in self._files.entries(path, recursive=folder.recursive))
        return [entry for entry in listed if counts(folder, entry.name)]


def _below(folder: Folder, path: str) -> str:
    return str(PurePosixPath(folder.path) / path)


def _note(poller: str, folder: Folder, backlog: Backlog) -> None:
    """Bytes have no place in a reading."""
    _log.debug("folder read", poller=poller, folder=folder.path, files=len(backlog.waiting), bytes=backlog.size)
