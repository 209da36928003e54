"""What turns a file into rows: one reader per kind of file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Protocol

from collector.refusals import sayable
from collector.rows import Row
from domain.configuration import Configuration

Tables = Mapping[str, Sequence[Row]]


@dataclass(frozen=True, slots=True)
class FileContext:
    """What a reader may know besides the bytes.

    `digest` is the SHA-256 of the content (32 bytes) and `size` its bytes; `received` is when the file was taken up, the
    `received` of every row. `job` is the batch job the file belongs to, '' when nobody said and the file itself must know;
    `fallback` is the job of a file that does not know either. `interface_id` is '' when nobody said. `encoding` None: the
    format's own, or found out. `zone`: where times without a zone were written, None for the format's own rule. `mapping`
    names one of the configured batch_mappings. `source` says how the file came: folder:<id>, or http.
    """

    configuration: Configuration
    digest: bytes
    size: int
    received: datetime
    job: str
    interface_id: str = ""
    fallback: str = ""
    encoding: str | None = None
    zone: str | None = None
    mapping: str | None = None
    source: str = "http"

    @property
    def run_id(self) -> str:
        """Names a run after the content, for formats that have no name of their own: the same bytes are the same run."""
        return f"file:{self.digest.hex()[:32]}"

    def job_or(self, own: str) -> str:
        """The job as told from outside, else as the file says, else the fallback."""
        return self.job or own or self.fallback

    def interface_of(self, job: str) -> str:
        """The interface as told from outside, else the one configured with `job`, else ''."""
        if self.interface_id:
            return self.interface_id
        return next((interface.id for interface in self.configuration.interfaces if interface.job and interface.job == job), "")


class Unreadable(Exception):
    """The file is not what its reader reads. The message says what and where (line, segment, byte or JSON path), and the remedy."""

    def __init__(self, message: str) -> None:
        super().__init__(sayable(message))


class FileReader(Protocol):
    """Reads files of one kind.

    `read` gets a seekable binary file at its beginning and yields what to store in pieces of bounded size (at most some
    thousand rows each), so that a large file never lies in memory whole. Tables are those of the store that take inserts; all
    rows of a table carry the same columns. Pieces are stored in order, and the same content read again must give the same
    pieces (except `received`): that is how a file interrupted half-way is stored once. What is wrong with single records
    belongs into the rows, as batch_rejects or failure_reports; Unreadable is for a file that makes no sense as a whole.
    A reader keeps no state between files and is used from several threads.
    """

    def read(self, file: BinaryIO, name: str, context: FileContext) -> Iterator[Tables]: ...
