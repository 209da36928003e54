"""Send milestone events to a running server, again when it asks for time."""

from __future__ import annotations

import time
from types import TracebackType
from typing import Any

import httpx

_ATTEMPTS = 8
_TIMEOUT = 60.0
_LONGEST_PAUSE = 10.0


class ImportStopped(Exception):
    """The server did not take the events. What was sent before is stored; the same import may be run again and counts once."""


class Sender:
    """One connection to the server's POST /v1/events. Use as a context manager."""

    def __init__(self, server_url: str, key: str | None) -> None:
        headers = {"Content-Type": "application/cloudevents-batch+json"}
        if key:
            headers["Authorization"] = f"Bearer {key}"
        self._client = httpx.Client(base_url=server_url, headers=headers, timeout=_TIMEOUT)

    def __enter__(self) -> Sender:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._client.close()

    def send(self, events: list[dict[str, Any]]) -> None:
        """Returns once they are committed; raises ImportStopped when refused or after the last attempt."""
        trouble = ""
        for attempt in range(_ATTEMPTS):
            try:
                answer = self._client.post("/v1/events", json=events)
            except httpx.TransportError as error:
                trouble = f"{self._client.base_url} cannot be reached: {error}"
                pause = 0.5 * 2**attempt
            else:
                if answer.is_success:
                    return
                trouble = f"the server answered {answer.status_code}: {_reason(answer)}"
                if answer.status_code not in (429, 503):
                    break
                pause = float(answer.headers.get("Retry-After", "1"))
            time.sleep(min(pause, _LONGEST_PAUSE))
        raise ImportStopped(trouble)


def _reason(answer: httpx.Response) -> str:
    try:
        return str(answer.json()["error"])
    except (ValueError, KeyError, TypeError):
        return answer.text[:500]
