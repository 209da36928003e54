"""Watched folders: files that stood still are read once each, whatever happens in between."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import structlog

from collector.collector import Collector
from collector.files.candidates import Candidates, Found
from collector.files.intake import FileIntake
from collector.source import Source, SourceThread
from domain.configuration import Configuration
from domain.files import WatchedFolder

_log = structlog.get_logger(__name__)
_LONGEST_PAUSE = 300.0


class FolderWatch:
    """One thread that looks at one folder, so that a slow folder holds up no other.

    Lifecycle as every Source: `start` and `stop` are safe twice, `stop` without `start`; it waits for the piece being stored.
    `poll` is one look, for tests and for a folder somebody wants read now.
    """

    def __init__(self, collector: Collector, folder: WatchedFolder) -> None:
        self._folder = folder
        self._candidates = Candidates(folder)
        self._thread = SourceThread(f"folder {folder.id}", self._run)
        self._intake = FileIntake(collector, folder, self._thread.stopping)
        self._collector = collector

    @property
    def name(self) -> str:
        return self._thread.name

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._thread.stop()

    def poll(self) -> bool:
        """Look once and take in what stood still; False when something has to be tried again. Never raises."""
        try:
            found = self._candidates.settled()
        except OSError as error:
            self._collector.counters.refuse("files", "folder_unreadable")
            _log.warning("watched folder cannot be read", folder=self._folder.id, path=self._folder.path, error=error.strerror)
            return False
        whole = True
        for each in found:
            if self._thread.stopping.is_set():
                break
            whole = self._take(each) and whole
        return whole

    def _take(self, found: Found) -> bool:
        try:
            done = self._intake.take(found)
        except Exception as error:  # one file must never end the watch over the others
            self._collector.counters.refuse("files", "file_failed")
            _log.error("file not taken in, tried again", folder=self._folder.id, file=found.path.name, error=type(error).__name__)
            return False
        if done:
            self._candidates.done(found)
        return done

    def _run(self) -> None:
        every = self._folder.every.total_seconds()
        pause = min(every, max(self._folder.settle.total_seconds(), 0.01))
        while True:
            # A folder or a store that is away is asked ever less often.
            pause = every if self.poll() else min(max(pause, every) * 2, max(every, _LONGEST_PAUSE))
            if self._thread.stopping.wait(pause):
                return


def sources(collector: Collector, configuration: Configuration, environment: Mapping[str, str]) -> Sequence[Source]:
    """A watch per configured folder."""
    del environment  # a folder needs no secret
    return [FolderWatch(collector, folder) for folder in configuration.watched_folders]
