"""A manifest → runs, or a load report with a line per record → one run and what it refused."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

import jsonpath

from collector.batches.readers.documents import load
from collector.batches.readers.manifest.values import Malformed, fields
from collector.batches.rows import ended, reject_row, run_row
from collector.files.reader import FileContext, Tables, Unreadable
from collector.files.table import Line, table
from collector.imports.mapping import FileFormat
from collector.rows import Row
from domain.batch_mappings import BatchMapping

_PIECE = 2000
_ROW_OF_RUN = frozenset({"job", "run_id", "status"})


@dataclass
class _Run:
    """One run while its records are read."""

    job: str
    run_id: str
    given: dict[str, Any]
    read: int = 0
    rejected: int = 0
    rejects: list[Row] = field(default_factory=list)


class ManifestReader:
    """Reads as the mapping named by `context.mapping` says; see domain/batch_mappings.py for what a mapping can say."""

    def read(self, file: BinaryIO, name: str, context: FileContext) -> Iterator[Tables]:
        mapping = _mapping(name, context)
        try:
            if mapping.format == "json":
                yield from _json(load(file, name, context), name, mapping, context)
            else:
                form = FileFormat(delimiter=mapping.delimiter, header_line=mapping.header_line)
                with table(file, name, context, form) as lines:
                    _check_columns(mapping, lines.header, name)
                    yield from _csv(lines.records, name, mapping, context)
        except Malformed as error:
            raise Unreadable(f"{name}: {error}") from error


def _mapping(name: str, context: FileContext) -> BatchMapping:
    known = {mapping.id: mapping for mapping in context.configuration.batch_mappings}
    if context.mapping is None or context.mapping not in known:
        listed = ", ".join(sorted(known)) or "none"
        raise Unreadable(f'{name}: "{context.mapping or ""}" names no batch mapping; name one with mapping, configured: {listed}')
    return known[context.mapping]


def _check_columns(mapping: BatchMapping, header: tuple[str, ...], name: str) -> None:
    missing = sorted({source for source in mapping.sources if isinstance(source, str) and source not in header})
    if missing:
        raise Unreadable(f"{name} has no column {', '.join(missing)}; its header says {', '.join(header)[:300]}")


def _csv(lines: Iterable[Line], name: str, mapping: BatchMapping, context: FileContext) -> Iterator[Tables]:
    if not mapping.record:
        runs = []
        for n, line in enumerate(lines, 1):
            runs.append(_finished(_begun(_at(line, mapping), n, context), name, mapping, context))
            if len(runs) >= _PIECE:
                yield {"batch_runs": runs}
                runs = []
        yield {"batch_runs": runs}
        return
    run: _Run | None = None
    for line in lines:
        run = run or _begun(_at(line, mapping), 1, context)
        yield from _record(run, line.line, line.values, mapping, context)
    if run is None:
        raise Unreadable(f"{name} lists no record; a load that read nothing reports itself with /v1/batches")
    yield {"batch_rejects": run.rejects, "batch_runs": [_finished(run, name, mapping, context)]}


def _at(line: Line, mapping: BatchMapping) -> dict[str, Any]:
    try:
        return fields(mapping, mapping.run, line.values)
    except Malformed as error:
        raise Malformed(f"line {line.line}: {error}") from error


def _json(document: Any, name: str, mapping: BatchMapping, context: FileContext) -> Iterator[Tables]:
    for n, found in enumerate(_find(mapping.runs, document), 1):
        run = _begun(fields(mapping, mapping.run, found), n, context)
        if mapping.record:
            for line, record in enumerate(_find(mapping.records, found), 1):
                yield from _record(run, line, record, mapping, context)
        yield {"batch_rejects": run.rejects, "batch_runs": [_finished(run, name, mapping, context)]}


def _find(path: str, document: Any) -> Iterator[Any]:
    try:
        for match in jsonpath.finditer(path, document):
            yield match.obj
    except (jsonpath.JSONPathError, RecursionError) as error:
        raise Malformed(f"{path} cannot be followed: {type(error).__name__}") from error


def _begun(given: dict[str, Any], n: int, context: FileContext) -> _Run:
    job = context.job_or(given.get("job", ""))
    run_id = given.get("run_id") or (context.run_id if n == 1 else f"{context.run_id}/{n}")
    return _Run(job, run_id, given)


def _record(run: _Run, n: int, record: Any, mapping: BatchMapping, context: FileContext) -> Iterator[Tables]:
    run.read += 1
    try:
        given = fields(mapping, mapping.record, record)
    except Malformed as error:
        raise Malformed(f"record on line {n}: {error}") from error
    status = given.pop("status", "")
    if "status" in mapping.record and status not in mapping.rejected:
        return
    run.rejected += 1
    line = given.pop("line", n)
    at = given.pop("time", None) or run.given.get("finished") or run.given.get("started") or context.received
    interface = run.given.get("interface_id") or context.interface_of(run.job)
    defaults = {"code": status, "facility_id": run.given.get("facility_id", ""), "interface_id": interface}
    run.rejects.append(reject_row(run.job, run.run_id, line, at, context.received, **(defaults | given)))
    if len(run.rejects) >= _PIECE:
        yield {"batch_rejects": run.rejects}
        run.rejects = []


def _finished(run: _Run, name: str, mapping: BatchMapping, context: FileContext) -> Row:
    given = {key: value for key, value in run.given.items() if key not in _ROW_OF_RUN}
    if "status" in mapping.record:
        given.setdefault("records_read", run.read)
        given.setdefault("records_accepted", run.read - run.rejected)
    if mapping.record:
        given.setdefault("records_rejected", run.rejected)
    accepted, rejected = given.get("records_accepted"), given.get("records_rejected") or 0
    status = _status(run, mapping) or ended(1 if accepted is None else accepted, rejected)
    given.setdefault("file_name", name)
    given.setdefault("file_hash", context.digest.hex())
    given.setdefault("interface_id", context.interface_of(run.job))
    return run_row(run.job, run.run_id, status, context.received, **given, source="manifest")


def _status(run: _Run, mapping: BatchMapping) -> Any:
    said = run.given.get("status")
    if said is None:
        return None
    known = {"started", "running", "succeeded", "partial", "failed"}
    status = mapping.statuses.get(said, said if said in known else None)
    if status is None:
        raise Malformed(f'status "{said[:80]}" is not translated; add it under statuses of batch mapping {mapping.id}')
    return status
