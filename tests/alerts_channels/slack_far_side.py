"""What Slack is to Socket Mode: a Web API that gives out an address, and a WebSocket there."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve


def seen(what: Callable[[], object], seconds: float = 20.0) -> None:
    """Until `what` is true, with a generous limit."""
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.01)


class SlackFarSide:
    """Sends `press` on every link. tokens: who asked for an address, in order. open: links that are up now."""

    def __init__(self, press: Mapping[str, Any], port: int = 0) -> None:
        self.tokens: list[str] = []
        self.acknowledged: list[str] = []
        self.open = 0
        self._press = press
        self._socket = serve(self._link, "127.0.0.1", 0)
        far_side, address = self, f"ws://127.0.0.1:{self._socket.socket.getsockname()[1]}/link"

        class Api(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                far_side.tokens.append(self.headers["Authorization"].removeprefix("Bearer "))
                answer = json.dumps({"ok": True, "url": address}).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: object) -> None:
                pass

        self._api = ThreadingHTTPServer(("127.0.0.1", port), Api)
        self.url = f"http://127.0.0.1:{self._api.server_port}/"
        self._threads = [threading.Thread(target=one.serve_forever) for one in (self._socket, self._api)]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._api.shutdown()
        self._api.server_close()
        self._socket.shutdown()
        for thread in self._threads:
            thread.join()

    def _link(self, connection: ServerConnection) -> None:
        self.open += 1
        try:
            connection.send(json.dumps({"type": "hello"}))
            connection.send(
                json.dumps(
                    {"type": "interactive", "envelope_id": "e-1", "payload": self._press, "accepts_response_payload": True}
                )
            )
            self.acknowledged.append(json.loads(connection.recv())["envelope_id"])
            for _ in connection:
                pass
        except ConnectionClosed:
            pass
        finally:
            self.open -= 1
