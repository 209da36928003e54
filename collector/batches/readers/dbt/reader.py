"""dbt run_results.json → a run whose records are models, tests, seeds and snapshots.

Formats: https://schemas.getdbt.com/dbt/run-results/v1.json … v6.json.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, BinaryIO

from collector.batches.readers.documents import load, mapping, objects, pieces, seconds, text, time_of
from collector.batches.rows import ended, reject_row, run_row
from collector.files.reader import FileContext, Tables, Unreadable
from collector.rows import Row

_VERSION = re.compile(r"/run-results/v(\d+)\.json$")
_NEWEST = 6
_ACCEPTED = frozenset({"success", "pass", "warn"})
_SKIPPED = "skipped"


class DbtReader:
    """A record is refused unless dbt says success, pass or warn; a skipped one was not read.

    The run is the invocation. dbt writes its times in UTC, with or without saying so.
    """

    def read(self, file: BinaryIO, name: str, context: FileContext) -> Iterator[Tables]:
        document = mapping(load(file, name, context))
        metadata = mapping(document.get("metadata"))
        _check_version(metadata, name)
        results = objects(document.get("results"), "results", name)
        job, run_id = context.job_or(""), text(metadata.get("invocation_id")) or context.run_id
        started, finished = _times(document, metadata, results)
        statuses = Counter(text(result.get("status")) for result in results)
        accepted, skipped = sum(statuses[status] for status in _ACCEPTED), statuses[_SKIPPED]
        rejects = [
            _reject(job, run_id, line, result, finished or context.received, context)
            for line, result in enumerate(results, 1)
            if text(result.get("status")) not in _ACCEPTED | {_SKIPPED}
        ]
        run = run_row(
            job, run_id, ended(accepted, len(rejects)), context.received,
            interface_id=context.interface_of(job), started=started, finished=finished, file_name=name,
            file_hash=context.digest.hex(), records_expected=len(results), records_read=len(results) - skipped,
            records_accepted=accepted, records_rejected=len(rejects), message=_message(document, metadata, statuses), source="dbt",
        )  # fmt: skip
        return pieces([run], rejects)


def _check_version(metadata: dict[str, Any], name: str) -> None:
    schema = text(metadata.get("dbt_schema_version"))
    found = _VERSION.search(schema)
    if found is None:
        raise Unreadable(
            f'{name}: metadata.dbt_schema_version is "{schema[:120]}", no version of run-results; send run_results.json'
        )
    if not 1 <= int(found[1][:6]) <= _NEWEST:
        raise Unreadable(f"{name}: run-results version {found[1][:6]} is not known; known are 1 to {_NEWEST}")


def _times(
    document: dict[str, Any], metadata: dict[str, Any], results: list[dict[str, Any]]
) -> tuple[datetime | None, datetime | None]:
    """From invocation_started_at (dbt 1.11), else elapsed_time before the end, to generated_at; results' own timing otherwise."""
    timing = [mapping(part) for result in results for part in _list(result.get("timing"))]
    begun = [at for part in timing if (at := time_of(part.get("started_at")))]
    completed = [at for part in timing if (at := time_of(part.get("completed_at")))]
    finished = time_of(metadata.get("generated_at")) or max(completed, default=None)
    started = time_of(metadata.get("invocation_started_at"))
    elapsed = seconds(document.get("elapsed_time"))
    if started is None and finished is not None and elapsed:
        started = finished - timedelta(seconds=elapsed)
    return started or min(begun, default=None), finished


def _reject(job: str, run_id: str, line: int, result: dict[str, Any], finished: datetime, context: FileContext) -> Row:
    completed = [at for part in _list(result.get("timing")) if (at := time_of(mapping(part).get("completed_at")))]
    failures = result.get("failures")
    counted = f" ({failures} failures)" if isinstance(failures, int) and failures else ""
    return reject_row(
        job, run_id, line, max(completed, default=finished), context.received, interface_id=context.interface_of(job),
        code=text(result.get("status")) or "no status",
        message=f"{text(result.get('unique_id'))}{counted}: {text(result.get('message'))}".rstrip(": "),
    )  # fmt: skip


def _message(document: dict[str, Any], metadata: dict[str, Any], statuses: Counter[str]) -> str:
    """dbt run 1.9.0: 40 success, 1 error."""
    which = text(mapping(document.get("args")).get("which"))
    told = ", ".join(f"{count} {status or 'without status'}" for status, count in sorted(statuses.items()))
    return " ".join(filter(None, ("dbt", which, text(metadata.get("dbt_version"))))) + (f": {told}" if told else "")


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
