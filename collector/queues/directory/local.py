"""Folders of this machine."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import PurePosixPath

from collector.queues.directory.backlog import Entry
from collector.queues.poller import PollFailed


class LocalFiles:
    """Lists files without opening any."""

    def __init__(self, limit: int) -> None:
        self._limit = limit

    def entries(self, path: str, *, recursive: bool, without: frozenset[str] = frozenset()) -> list[Entry]:
        """Every file in `path`; PollFailed when the folder is missing, unreadable or too full."""
        found: list[Entry] = []
        for entry in self._walk(path, recursive, without):
            if len(found) >= self._limit:
                raise PollFailed(f"{path} holds more than {self._limit} files; raise file_limit, or clear it out")
            found.append(entry)
        return found

    def _walk(self, path: str, recursive: bool, without: frozenset[str]) -> Iterator[Entry]:
        try:
            with os.scandir(path) as listing:
                for each in listing:
                    if each.is_dir(follow_symlinks=False):
                        if recursive and str(PurePosixPath(each.path)) not in without:
                            yield from self._walk(each.path, recursive, without)
                    elif (entry := _entry(each)) is not None:
                        yield entry
        except OSError as error:
            raise PollFailed(
                f"{path} cannot be listed ({error.strerror}); check that it exists, is mounted and may be read by this user"
            ) from error


def _entry(listed: os.DirEntry[str]) -> Entry | None:
    """None for what is no file, or was taken away between listing and looking."""
    try:
        if not listed.is_file():
            return None
        status = listed.stat()
    except OSError:
        return None
    return Entry(listed.name, status.st_mtime, status.st_size)
