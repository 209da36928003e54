"""POST /v1/edi: a body of X12 interchanges."""

from __future__ import annotations

import asyncio
import hashlib
import io
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response

from collector.collector import Collector
from collector.doors import body_of, checked, json_refusal
from collector.edi.problems import EdiProblem, Report
from collector.edi.read import read_x12
from collector.edi.reading import Tables
from collector.keys import SENDER, check_scope
from collector.refusals import Problem, Refused

_TYPES = ("application/edi-x12", "application/x12", "text/plain", "application/octet-stream")
_SHOWN = 100
_INTERFACE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,79}")

Direction = Annotated[Literal["in", "out"] | None, Query(description="in or out, where the trading ids do not tell")]
Interface = Annotated[str | None, Query(description="the interface of every set, instead of the configured ones", max_length=80)]


def router(collector: Collector) -> APIRouter:
    routes = APIRouter()

    @routes.post("/v1/edi", summary="X12 interchanges")
    async def edi(request: Request, interface: Interface = None, direction: Direction = None) -> Response:
        """850 855 856 810 820 832 845 824 997 999 and TA1; a body that still gives usable sets is taken, its problems listed."""
        began = time.monotonic()
        try:
            _check_interface(interface)
            limit = collector.limits.body
            body = await body_of(collector, request, _TYPES, limit, collector.limits.inflated)
            report = await checked(len(body), _Taking(collector, body, interface or "", direction or "").first_pass)
            await asyncio.to_thread(_Taking(collector, body, interface or "", direction or "").second_pass)
        except Refused as refused:
            collector.counters.refuse("edi", refused.reason)
            return json_refusal(refused)
        taken = sum(report.sets.values()) + sum(report.skipped.values())
        collector.counters.acknowledge("edi", taken, time.monotonic() - began, len(body))
        return JSONResponse(_answer(report, taken))

    return routes


@dataclass(frozen=True, slots=True)
class _Taking:
    """A body read twice: first to find whether it is taken at all, then piece by piece into the store, in bounded memory."""

    collector: Collector
    body: bytes
    interface: str
    direction: str

    def first_pass(self) -> Report:
        """Refused 400 when nothing is usable, 403 when the sender's key does not reach to it; nothing is stored."""
        report = Report()
        interfaces: set[str] = set()
        facilities: set[str] = set()
        for tables in self._pieces(report, self.collector.clock()):
            for rows in tables.values():
                interfaces.update(row["interface_id"] for row in rows if row.get("interface_id"))
                facilities.update(row["facility_id"] for row in rows if row.get("facility_id"))
        if not report.usable:
            raise _unusable(report)
        check_scope(SENDER.get(), interfaces, facilities)
        return report

    def second_pass(self) -> None:
        """Each piece is committed before the next is read; Refused 429 or 503 when the store cannot take one: send it again."""
        content = hashlib.sha256(self.body)
        content.update(f"|{self.interface}|{self.direction}|{self.collector.configuration.fingerprint}".encode())
        for n, tables in enumerate(self._pieces(Report(), self.collector.clock())):
            size = max(1, sum(map(len, tables.values()))) * 200
            digest = hashlib.sha256(content.digest() + n.to_bytes(8, "big")).digest()
            _, commit = self.collector.take_rows(tables, size=size, digest=digest)
            if commit is not None:
                commit.result()

    def _pieces(self, report: Report, received: datetime) -> Iterator[Tables]:
        configuration = self.collector.configuration
        file = io.BytesIO(self.body)
        return read_x12(file, configuration, received, report, source="http", direction=self.direction, interface=self.interface)


def _check_interface(interface: str | None) -> None:
    if interface and _INTERFACE.fullmatch(interface) is None:
        raise Refused(400, "interface", "?interface= is not an identifier; write the id of a configured interface")


def _unusable(report: Report) -> Refused:
    problems = [Problem(str(p.position), f"{p.code}: {p.message}") for p in report.problems[:_SHOWN]]
    first = str(report.problems[0]) if report.problems else "the body holds no X12; an interchange begins with ISA"
    return Refused(400, "invalid_edi", f"Nothing in this body can be used: {first}", problems=problems)


def _answer(report: Report, taken: int) -> dict[str, Any]:
    """`accepted` counts sets; `problems` are the first hundred, `problem_counts` all by code."""
    return {
        "accepted": taken,
        "interchanges": report.interchanges,
        "sets": dict(report.sets),
        "not_read": dict(report.skipped),
        "failed": dict(report.failed),
        "rows": dict(report.rows),
        "skipped_segments": dict(report.unknown_segments),
        "problem_counts": dict(report.problems_by_code),
        "problems": [_shown(problem) for problem in report.problems[:_SHOWN]],
    }


def _shown(problem: EdiProblem) -> dict[str, Any]:
    where = problem.position
    return {
        "code": problem.code, "severity": problem.severity.value, "message": problem.message, "segment": where.segment,
        "byte": where.offset, "line": where.line, "interchange": problem.interchange, "group": problem.group,
        "set": problem.set_control,
    }  # fmt: skip
