"""Connections that cannot be held open by a sender that never finishes its headers."""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MAX_HEADERS = 64 << 10  # bytes of request line and headers together


class HeadersTooLarge(Exception):
    """Ends the request: the parser answers 400."""


def bounded(header_timeout: float) -> type[asyncio.Protocol]:
    """uvicorn's protocol, closing a connection whose headers are not complete `header_timeout` seconds after they began."""

    class Bounded(HttpToolsProtocol):
        _header_bytes = 0
        _awaiting: asyncio.TimerHandle | None = None

        def connection_made(self, transport: Any) -> None:
            super().connection_made(transport)
            self._await_headers()

        def data_received(self, data: bytes) -> None:
            # Between requests of one connection the keep-alive time-out holds; it ends with the first byte of the next.
            idle = self._awaiting is None and (self.cycle is None or self.cycle.response_complete)
            if idle:
                self._await_headers()
            super().data_received(data)

        def on_message_begin(self) -> None:
            self._header_bytes = 0
            super().on_message_begin()

        def on_url(self, url: bytes) -> None:
            self._count(len(url))
            super().on_url(url)

        def on_header(self, name: bytes, value: bytes) -> None:
            self._count(len(name) + len(value))
            super().on_header(name, value)

        def on_headers_complete(self) -> None:
            self._stop_waiting()
            super().on_headers_complete()

        def connection_lost(self, exc: Exception | None) -> None:
            self._stop_waiting()
            super().connection_lost(exc)

        def _await_headers(self) -> None:
            self._awaiting = self.loop.call_later(header_timeout, self._give_up)

        def _stop_waiting(self) -> None:
            if self._awaiting is not None:
                self._awaiting.cancel()
                self._awaiting = None

        def _give_up(self) -> None:
            if not self.transport.is_closing():
                self.transport.close()

        def _count(self, size: int) -> None:
            self._header_bytes += size
            if self._header_bytes > MAX_HEADERS:
                raise HeadersTooLarge

    return Bounded
