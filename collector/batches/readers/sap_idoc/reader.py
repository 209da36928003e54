"""SAP IDoc status → a batch run per IDoc: its number is the run, its statuses are the run's reports.

Read are exports of EDIDC (control records: DOCNUM STATUS DIRECT MESTYP SNDPRN RCVPRN CREDAT CRETIM UPDDAT UPDTIM) and EDIDS
(status records: DOCNUM LOGDAT LOGTIM COUNTR STATUS STATXT STAPA1…4), as CSV of any delimiter or as JSON: a list of objects,
or one under a single key. Times are in the folder's zone, else in the organisation's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import BinaryIO

from collector.batches.readers.documents import load, objects, text, time_of
from collector.batches.readers.sap_idoc.codes import Status, statuses
from collector.batches.rows import Status as RunStatus
from collector.batches.rows import reject_row, run_row
from collector.files.reader import FileContext, Tables, Unreadable
from collector.files.table import Line, table
from collector.imports.mapping import FileFormat
from collector.rows import Row

_PIECE = 2000
_NEEDED = ("DOCNUM", "STATUS")


class SapIdocReader:
    """An error status is a failed run with one reject; a final success ends it; anything else keeps it running.

    The job is the one told from outside, else the message type, else the folder's.
    """

    def read(self, file: BinaryIO, name: str, context: FileContext) -> Iterator[Tables]:
        start = file.read(1024).lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
        file.seek(0)
        if start in (b"[", b"{"):
            yield from _pieces(_json(file, name, context), name, context)
            return
        with table(file, name, context, FileFormat()) as lines:
            missing = [column for column in _NEEDED if column not in map(_column, lines.header)]
            if missing:
                raise Unreadable(f"{name} has no column {', '.join(missing)}; export EDIDC or EDIDS with their technical names")
            renamed = (Line(line.line, {_column(k): v for k, v in line.values.items()}) for line in lines.records)
            yield from _pieces(renamed, name, context)


def _column(header: str) -> str:
    return header.strip().upper()


def _json(file: BinaryIO, name: str, context: FileContext) -> Iterator[Line]:
    document = load(file, name, context)
    path = "the document"
    if isinstance(document, dict) and len(document) == 1:
        [(path, document)] = document.items()
    for n, record in enumerate(objects(document, path, name), 1):
        yield Line(n, {_column(key): text(value).strip() for key, value in record.items()})


def _pieces(lines: Iterable[Line], name: str, context: FileContext) -> Iterator[Tables]:
    runs: list[Row] = []
    rejects: list[Row] = []
    for line in lines:
        run, reject = _rows(line, name, context)
        runs.append(run)
        rejects += [reject] if reject else []
        if len(runs) >= _PIECE:
            yield {"batch_rejects": rejects, "batch_runs": runs}
            runs, rejects = [], []
    if runs:
        yield {"batch_rejects": rejects, "batch_runs": runs}


def _rows(line: Line, name: str, context: FileContext) -> tuple[Row, Row | None]:
    values = line.values
    number, code = values.get("DOCNUM", ""), values.get("STATUS", "").zfill(2)
    if not number:
        raise Unreadable(f"{name}, line {line.line}: DOCNUM is empty; every IDoc has a number")
    status = statuses().get(code) or Status(code, "", "W", False, f"status {code[:20]} is not known")
    job = context.job_or(values.get("MESTYP", ""))
    at = _at(values, ("LOGDAT", "LOGTIM"), context) or _at(values, ("UPDDAT", "UPDTIM"), context)
    created = _at(values, ("CREDAT", "CRETIM"), context)
    message = _message(values, status)
    shared = {"interface_id": context.interface_of(job), "correlation_id": number}
    state = _state(status)
    ended = state in ("succeeded", "failed")
    run = run_row(
        job, number, state, context.received, **shared, started=created if ended else at or created,
        finished=at if ended else None, file_name=name, file_hash=context.digest.hex(), records_expected=1,
        records_read=1 if ended else None, records_accepted=int(state == "succeeded") if ended else None,
        records_rejected=int(state == "failed") if ended else None, message=message, source="sap_idoc",
    )  # fmt: skip
    if state != "failed":
        return run, None
    return run, reject_row(
        job, number, 1, at or created or context.received, context.received, **shared, code=code, message=message
    )


def _state(status: Status) -> RunStatus:
    if status.severity == "E":
        return "failed"
    return "succeeded" if status.severity == "S" and status.final else "running"


def _message(values: Mapping[str, str], status: Status) -> str:
    """51 Application document not posted: what SAP says, its variables filled in."""
    said = values.get("STATXT", "")
    for n in range(1, 5):
        said = said.replace("&", values.get(f"STAPA{n}", ""), 1) if "&" in said else said
    kind = values.get("MESTYP", "")
    return f"{f'{kind} ' if kind else ''}{status.code} {status.text}{f': {said.strip()}' if said.strip() else ''}"


def _at(values: Mapping[str, str], columns: tuple[str, str], context: FileContext) -> datetime | None:
    """A date such as 20261122 or 2026-11-22 and a time such as 143015 or 14:30:15; 00000000 is none."""
    day = values.get(columns[0], "").replace("-", "").replace(".", "")
    clock = values.get(columns[1], "").replace(":", "") or "000000"
    if not (len(day) == 8 and day.isdigit() and len(clock) == 6 and clock.isdigit()):
        return None
    iso = f"{day[:4]}-{day[4:6]}-{day[6:]}T{clock[:2]}:{clock[2:4]}:{clock[4:]}"
    return time_of(iso, context.zone or context.configuration.organisation.time_zone)
