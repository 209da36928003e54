"""Folders whose files are telemetry: results of batch jobs, EDI interchanges."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field

from domain.base import Configured, Duration, Identifier

ReaderKind = Literal["dbt", "great_expectations", "junit", "airflow", "sap_idoc", "manifest", "x12"]
After = Literal["keep", "move", "delete"]
Pattern = Annotated[str, Field(min_length=1, max_length=512)]


class WatchedFolder(Configured):
    """Files of `path` that match `glob` are read as `reader` says, each content once.

    A file is read when its size and time of change stood still for `settle`; the folder is looked at `every` so often.
    `after`: a file read well is kept, moved to the folder `done` or deleted; one that cannot be read moves to `failed` with
    move and delete, and stays with keep. `done` and `failed` may be relative to `path`. What runs the file tells of belong to
    `job`, else to the job of `interface`, else to a job named like the folder. `mapping` names one of batch_mappings, for the
    reader manifest. `encoding` None: what the format says, or found out. `zone`: where times without a zone were
    written; None: UTC, for sap_idoc the organisation's.
    """

    id: Identifier
    path: Pattern
    glob: Pattern = "*"
    reader: ReaderKind
    interface: Identifier | None = None
    job: str | None = None
    mapping: Identifier | None = None
    settle: Duration = timedelta(seconds=10)
    every: Duration = timedelta(seconds=10)
    after: After = "keep"
    done: str = "done"
    failed: str = "failed"
    encoding: str | None = None
    zone: str | None = None
