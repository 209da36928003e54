"""What Slack calls when a button is pressed."""

from __future__ import annotations

import os

from fastapi import APIRouter, HTTPException, Request
from fastapi.concurrency import run_in_threadpool

from alerts import pressing
from alerts.channels.channel import ChannelSettingsMissing, Reader
from alerts.channels.slack.interactive import NotFromSlack, Pressed, checked
from domain.channels import SlackBot
from server.runtime import Runtime

router = APIRouter(prefix="/api/v1/slack", tags=["incidents"])
_LONGEST = 1_000_000  # bytes


@router.post("/interactive")
async def interactive(request: Request) -> dict[str, int]:
    """Buttons of our messages, signed with a configured channel's signing secret; 401 for everything else, 503 when it cannot be kept."""
    runtime: Runtime = request.app.state.runtime
    if int(request.headers.get("content-length") or 0) > _LONGEST:
        raise HTTPException(413, "no interaction of Slack is as long as this")
    body = await request.body()
    pressed = _believed(runtime, dict(request.headers), body)
    for one in pressed:
        await run_in_threadpool(pressing.ask, runtime.context, one)
    return {"asked": len(pressed)}


def _believed(runtime: Runtime, headers: dict[str, str], body: bytes) -> tuple[Pressed, ...]:
    read = Reader(os.environ)
    for channel in runtime.configuration.channels:
        if not isinstance(channel, SlackBot) or channel.signing_secret is None:
            continue
        try:
            return checked(read(channel.signing_secret), headers, body)
        except (NotFromSlack, ChannelSettingsMissing):
            continue
    raise HTTPException(401, "This is not signed by Slack with a signing secret configured here, or is older than five minutes")
