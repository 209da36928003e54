"""POST /v1/batches/<reader>: the result file of a job as it is."""

from __future__ import annotations

import asyncio
import hashlib
import io
import time
from concurrent.futures import Future
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from collector.batches.readers import BATCH_READERS
from collector.collector import Collector
from collector.doors import body_of, committed, json_refusal
from collector.files.pieces import piece_digest
from collector.files.reader import FileContext, Unreadable
from collector.refusals import Refused
from collector.rows import Row

_PARAMETERS = ("job", "mapping", "zone", "encoding", "file")
# Formats that say themselves which job each run belongs to.
_KNOW_THEIR_JOB = ("airflow", "sap_idoc", "manifest")


def router(collector: Collector) -> APIRouter:
    routes = APIRouter()

    @routes.post("/v1/batches/{reader}", summary="The result file of a batch job: dbt, JUnit, Great Expectations, …")
    async def result_file(reader: str, request: Request) -> Response:
        began = time.monotonic()
        try:
            limit = collector.limits.json_body
            body = await body_of(collector, request, None, limit, limit)
            # Always in a thread: parsing takes long, or looks names up.
            answer, commit = await asyncio.to_thread(take_file, collector, reader, dict(request.query_params), body)
            await committed(commit)
        except Refused as refused:
            collector.counters.refuse("batches", refused.reason)
            return json_refusal(refused)
        collector.counters.acknowledge("batches", answer["runs"], time.monotonic() - began, len(body))
        return JSONResponse(answer)

    return routes


def take_file(
    collector: Collector, kind: str, parameters: dict[str, str], body: bytes
) -> tuple[dict[str, int], Future[None] | None]:
    """What a body of this kind holds, and the future of its commit: whole or not at all.

    Refused 404 for an unknown kind, 400 for a file that cannot be read, with the place.
    """
    reader = BATCH_READERS.get(kind)
    if reader is None:
        raise Refused(404, "unknown_reader", f'No reader is called "{kind[:80]}"; there are {", ".join(sorted(BATCH_READERS))}')
    context = _context(collector, kind, parameters, body)
    tables: dict[str, list[Row]] = {"batch_rejects": [], "batch_runs": []}
    try:
        for piece in reader.read(io.BytesIO(body), parameters.get("file", "") or "the body", context):
            for table, rows in piece.items():
                tables.setdefault(table, []).extend(rows)
    except Unreadable as error:
        raise Refused(400, "unreadable", str(error)) from error
    if "file" not in parameters:
        tables["batch_runs"] = [{**row, "file_name": ""} for row in tables["batch_runs"]]
    runs = len({(row["job"], row["run_id"]) for row in tables["batch_runs"]})
    digest = piece_digest(f"http|{kind}|{sorted(parameters.items())}", context.digest, "")
    _, commit = collector.take_rows(tables, size=len(body), records=runs, digest=digest)
    return {"accepted": runs, "runs": runs, "rejects": len(tables["batch_rejects"])}, commit


def _context(collector: Collector, kind: str, parameters: dict[str, str], body: bytes) -> FileContext:
    unknown = sorted(parameters.keys() - set(_PARAMETERS))
    if unknown:
        raise Refused(400, "unknown_parameter", f"?{unknown[0][:80]}= is not known; known are {', '.join(_PARAMETERS)}")
    job = parameters.get("job", "")
    if not job and kind not in _KNOW_THEIR_JOB:
        raise Refused(400, "no_job", f"{kind} does not say which job it belongs to; add ?job=<job> to the address")
    if len(job) > 512:
        raise Refused(400, "no_job", "?job= is longer than 512 characters; give the job's name")
    digest = hashlib.sha256(body).digest()
    encoding, zone = _encoding(parameters.get("encoding")), _zone(parameters.get("zone"))
    return FileContext(
        collector.configuration, digest, len(body), collector.clock(), job, "", kind, encoding, zone, parameters.get("mapping")
    )


def _encoding(name: str | None) -> str | None:
    if name is None:
        return None
    try:
        return name if isinstance(b"a".decode(name, "replace"), str) else None
    except (LookupError, ValueError) as error:
        raise Refused(400, "unknown_encoding", f"?encoding={name[:80]} is no text encoding; give for example cp1252") from error


def _zone(name: str | None) -> str | None:
    if name is None:
        return None
    try:
        ZoneInfo(name)
    except (OSError, ValueError, KeyError) as error:
        raise Refused(400, "unknown_zone", f"?zone={name[:80]} is no time zone; give for example America/Chicago") from error
    return name
