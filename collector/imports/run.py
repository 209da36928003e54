"""Import a file through a running server."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from collector.imports.mapping import Mapping
from collector.imports.milestones import MilestoneReader
from collector.imports.result import ImportResult, Tally
from collector.imports.sender import Sender
from collector.imports.table import open_table, records

_EVENTS_PER_REQUEST = 2000
Progress = Callable[[int, int], None]


def run(path: Path, mapping: Mapping, server_url: str, key: str | None = None, progress: Progress | None = None) -> ImportResult:
    """Send every milestone of the file, and say what came of each value.

    `progress` gets bytes done and in total. The same file imported again is stored once. Raises ConfigurationError when the
    mapping does not fit the file, ImportStopped when the server refuses or stays away, ValueError when the file has no header.
    """
    began = time.monotonic()
    report = progress or _silent
    table = open_table(path, mapping.file)
    tally = Tally()
    reader = MilestoneReader(table, mapping, tally)
    waiting: list[dict[str, Any]] = []
    with Sender(server_url, key) as sender:
        for record in records(table):
            waiting += reader.events(record)
            if len(waiting) >= _EVENTS_PER_REQUEST:
                _send(sender, waiting, tally)
                waiting = []
                report(record.position, table.bytes)
        _send(sender, waiting, tally)
    report(table.bytes, table.bytes)
    return tally.result(path.name, mapping.flow, time.monotonic() - began)


def _silent(_done: int, _total: int) -> None:
    """Progress nobody asked for."""


def _send(sender: Sender, events: list[dict[str, Any]], tally: Tally) -> None:
    """Counts what is sent only once the server has committed it."""
    if not events:
        return
    sender.send(events)
    for milestone, count in Counter(event["data"]["milestone"] for event in events).items():
        tally.accepted[milestone] += count
