"""One file of a watched folder on its way into the store, exactly once."""

from __future__ import annotations

import hashlib
import os
import threading
from concurrent.futures import Future
from datetime import UTC, datetime
from typing import BinaryIO

import structlog

from collector.batches.rows import run_row
from collector.collector import Collector
from collector.files.candidates import Found, stamp
from collector.files.disposal import put_away
from collector.files.pieces import ahead, piece_digest, size_of
from collector.files.reader import FileContext, Tables, Unreadable
from collector.files.registry import READERS
from collector.refusals import Refused
from domain.files import WatchedFolder
from store.query import Query

_log = structlog.get_logger(__name__)
_CHUNK = 1 << 20
_KNOWN = Query.beside(__file__, "known.sql")
# Refusals that mean "later": the store is away, or too much waits.
_LATER = frozenset({429, 503})


class _Changed(Exception):
    """The file changed while it was read: its writer was not done."""


class FileIntake:
    """Reads a file with its folder's reader, piece by piece, each committed before the next is read."""

    def __init__(self, collector: Collector, folder: WatchedFolder, stopping: threading.Event) -> None:
        self._collector = collector
        self._folder = folder
        self._stopping = stopping

    def take(self, found: Found) -> bool:
        """True when the file needs no more attention; False when it has to be tried again, for whatever reason."""
        try:
            with found.path.open("rb") as file:
                if stamp(os.fstat(file.fileno())) != found.stamp:
                    return False
                context = self._context(found, file)
                outcome = self._known(context, found) or self._read(file, found, context)
        except FileNotFoundError:
            return True
        except OSError as error:
            return self._unreachable(found, error)
        except _Changed:
            return False
        except Refused as refused:
            self._collector.counters.refuse("files", refused.reason)
            if refused.status not in _LATER:
                raise
            return False
        if outcome:
            put_away(self._folder, found, outcome)
        return outcome is not None

    def _context(self, found: Found, file: BinaryIO) -> FileContext:
        digest = hashlib.sha256()
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
        file.seek(0)
        folder, configuration = self._folder, self._collector.configuration
        interface = configuration.interface(folder.interface) if folder.interface else None
        job = folder.job or (interface.job if interface is not None else None) or ""
        return FileContext(
            configuration, digest.digest(), found.size, self._collector.clock(), job, folder.interface or "", folder.id,
            folder.encoding, folder.zone, folder.mapping, f"folder:{folder.id}",
        )  # fmt: skip

    def _known(self, context: FileContext, found: Found) -> str | None:
        """How the same content ended before, None when it is new. What failed and was put aside is read again when it is back."""
        rows = self._collector.store.records(_KNOWN, folder=self._folder.id, digest=context.digest.hex())
        if not rows or (rows[0]["outcome"] == "failed" and self._retried(rows[0]["modified"], found)):
            return None
        if rows[0]["outcome"] == "read":
            self._collector.counters.repeat()
        return str(rows[0]["outcome"])

    def _retried(self, modified: datetime, found: Found) -> bool:
        return self._folder.after != "keep" or _modified(found) != modified

    def _read(self, file: BinaryIO, found: Found, context: FileContext) -> str | None:
        """read or failed; None when the watch ends before the file does."""
        reader, records, index = READERS[self._folder.reader], 0, 0
        try:
            for last, tables in ahead(reader.read(file, found.path.name, context)):
                if self._stopping.is_set():
                    return None
                rows = sum(map(len, tables.values()))
                records += rows
                if last and stamp(os.fstat(file.fileno())) != found.stamp:
                    raise _Changed
                whole = tables if not last else {**tables, "watched_files": [self._mark(found, context, "read", "", records)]}
                self._store(whole, index, rows, context)
                index += 1
        except (Refused, OSError, _Changed):
            raise
        except Unreadable as error:
            self._fail(found, context, str(error), records)
            return "failed"
        except Exception as error:
            # A reader's own mistake. Its text may quote the file, so only its kind is told.
            _log.error("reader failed", folder=self._folder.id, file=found.path.name, error=type(error).__name__)
            self._fail(found, context, f"{found.path.name} could not be read: {type(error).__name__}; report it", records)
            return "failed"
        return "read"

    def _store(self, tables: Tables, index: int, rows: int, context: FileContext) -> None:
        digest = piece_digest(f"{self._folder.reader}|{context.source}|{context.job}", context.digest, str(index))
        _, commit = self._collector.take_rows(tables, size=size_of(tables), records=rows, digest=digest)
        _wait(commit)
        self._collector.counters.acknowledge("files", rows, 0.0, 0)

    def _fail(self, found: Found, context: FileContext, reason: str, records: int) -> None:
        """The reason as a failed run, where people look for runs."""
        self._collector.counters.refuse("files", "unreadable")
        _log.warning("file cannot be read", folder=self._folder.id, file=found.path.name, reason=reason[:300])
        job = context.job_or("")
        run = run_row(
            job, context.run_id, "failed", context.received, interface_id=context.interface_of(job),
            finished=context.received, file_name=found.path.name, file_hash=context.digest.hex(), message=reason,
            source=self._folder.reader,
        )  # fmt: skip
        tables: Tables = {"batch_runs": [run], "watched_files": [self._mark(found, context, "failed", reason, records)]}
        _, commit = self._collector.take_rows(tables, size=1024, records=1)
        _wait(commit)

    def _mark(self, found: Found, context: FileContext, outcome: str, reason: str, records: int) -> dict[str, object]:
        return {
            "folder": self._folder.id, "digest": context.digest.hex(), "name": found.path.name, "size": found.size,
            "modified": _modified(found), "outcome": outcome, "reason": reason[:4096], "records": records,
            "received": context.received,
        }  # fmt: skip

    def _unreachable(self, found: Found, error: OSError) -> bool:
        """Not the file's fault and perhaps over soon: told in the log and the figures, tried again."""
        self._collector.counters.refuse("files", "file_unreadable")
        _log.warning("file cannot be opened, tried again", folder=self._folder.id, file=found.path.name, error=error.strerror)
        return False


def _modified(found: Found) -> datetime:
    seconds, nanoseconds = divmod(found.modified_ns, 10**9)
    try:
        return datetime.fromtimestamp(seconds, UTC).replace(microsecond=nanoseconds // 1000)
    except (ValueError, OverflowError, OSError):  # a drive that makes up times
        return datetime(1970, 1, 1, tzinfo=UTC)


def _wait(commit: Future[None] | None) -> None:
    if commit is not None:
        commit.result()
