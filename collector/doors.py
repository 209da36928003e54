"""What every way in over HTTP shares: sender and content type checked, body read within limits, answer after commit."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import asdict
from typing import Any, TypeVar

from fastapi import Request, Response
from fastapi.responses import JSONResponse

from collector import bodies
from collector.collector import Collector
from collector.keys import Sender
from collector.refusals import Refused, sayable

Result = TypeVar("Result")
Taken = tuple[int, Future[None] | None]

# A body larger than this is checked in a thread, so that other connections are served meanwhile.
_INLINE = 64 << 10


async def take_json(
    collector: Collector, signal: str, request: Request, types: tuple[str, ...], take: Callable[[bytes], Taken]
) -> Response:
    """A JSON answer, after commit, to a request whose body `take` checks and submits: (records, its commit or None)."""
    began = time.monotonic()
    try:
        limit = collector.limits.json_body
        body = await body_of(collector, request, types, limit, limit)
        records, commit = await checked(len(body), take, body)
        await committed(commit)
    except Refused as refused:
        collector.counters.refuse(signal, refused.reason)
        return json_refusal(refused)
    collector.counters.acknowledge(signal, records if commit is not None else 0, time.monotonic() - began, len(body))
    return JSONResponse({"accepted": records})


async def body_of(collector: Collector, request: Request, types: tuple[str, ...] | None, limit: int, inflated: int) -> bytes:
    """The request's body without its encoding, once the sender and the content type (None: any) are found right."""
    headers = request.headers
    sender = collector.authorise(headers.get("authorization"), signal_of(request.url.path))
    content_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    if types is not None and content_type not in types:
        shown = f'"{content_type}"' if content_type else "absent"
        raise Refused(415, "content_type", f"Content-Type is {shown}; send {' or '.join(types)}")
    return await body_from(sender, collector, request, limit, inflated)


async def body_from(sender: Sender, collector: Collector, request: Request, limit: int, inflated: int) -> bytes:
    """The body of a request whose sender is known, without its encoding."""
    body = await _received(collector, request, limit)
    collector.rates.received(sender, len(body))
    encoding = request.headers.get("content-encoding")
    if encoding is None:
        return body
    # Always in a thread: a small body may inflate to a large one.
    return await asyncio.to_thread(bodies.inflate, body, encoding, inflated)


async def _received(collector: Collector, request: Request, limit: int) -> bytes:
    seconds = collector.limits.body_timeout
    try:
        async with asyncio.timeout(seconds):
            return await bodies.read(request.stream(), request.headers.get("content-length"), limit)
    except TimeoutError as error:
        message = f"The body did not arrive within {seconds:g} s; send smaller requests or over a faster line"
        raise Refused(408, "slow_sender", message) from error


def signal_of(path: str) -> str:
    """The signal a path brings in: /v1/traces is traces, /v1/batches/junit is batches, /ping/… is pings."""
    first, _, rest = path.strip("/").partition("/")
    return "pings" if first == "ping" else rest.partition("/")[0]


async def checked(size: int, work: Callable[..., Result], *arguments: Any) -> Result:
    """`work(*arguments)`, in a thread when a body of `size` bytes would hold up other connections."""
    if size <= _INLINE:
        return work(*arguments)
    return await asyncio.to_thread(work, *arguments)


async def committed(commit: Future[None] | None) -> None:
    """Waits for the commit, None being stored already. A sender that hangs up does not undo it."""
    if commit is not None:
        await asyncio.shield(asyncio.wrap_future(commit))


def json_refusal(refused: Refused) -> Response:
    headers = {"Retry-After": str(refused.retry_after)} if refused.retry_after is not None else {}
    if refused.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    problems = [{name: sayable(value) for name, value in asdict(problem).items() if value} for problem in refused.problems]
    content = {"error": refused.message} | ({"problems": problems} if problems else {})
    return JSONResponse(content, refused.status, headers)
