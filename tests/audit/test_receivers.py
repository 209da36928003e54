"""The audit log and receivers as they are found: ones that end TLS without saying so, close before they read, or are away."""

from __future__ import annotations

import socket
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from alerts import audit as log
from alerts.audit import export, syslog
from analytics.context import Context
from domain.audit import AuditExport, Syslog
from tests.conftest import NOW
from tests.support.certificates import self_signed

ENTRY = log.Entry("e1", NOW, "integration", "cli", "acknowledge", "incident 1", "asked", "", "c1")


@contextmanager
def listening(server: socketserver.BaseServer) -> Iterator[int]:
    """Serves until the block ends; the port."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield int(server.server_address[1])  # type: ignore[index]
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True

    def shutdown_request(self, request: Any) -> None:
        """Closes at once, as programs do: what is unread then resets the connection."""
        self.close_request(request)


def exporting(context: Context, to: Syslog) -> Context:
    return replace(context, configuration=context.configuration.model_copy(update={"audit": AuditExport(syslog=to)}))


def to(port: int, transport: str, **more: object) -> Syslog:
    return Syslog.model_validate({"host": "127.0.0.1", "port": port, "transport": transport} | more)


def done(context: Context, actor: str, after: timedelta) -> None:
    log.note(replace(context, clock=lambda: NOW + after), actor, "page", "open", "x", "done")


def actor(message: bytes) -> str:
    return str(orjson.loads(message.partition(b"\xef\xbb\xbf")[2])["actor"])


def test_a_receiver_that_ends_tls_without_close_notify_has_the_messages(tmp_path: Path) -> None:
    """rsyslog over GnuTLS is one; taken as a failure, the same batch would be sent for ever."""
    made, got = self_signed(tmp_path), list[bytes]()
    secured = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    secured.load_cert_chain(made.certificate, made.key)

    class Abrupt(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            opened, data = secured.wrap_socket(self.request, server_side=True), b""
            while part := opened.recv(65536):
                data += part
            got.append(data)
            socket.socket(fileno=opened.detach()).close()

    with listening(_Server(("127.0.0.1", 0), Abrupt)) as port:
        syslog.send([ENTRY], to(port, "tls", ca_file=str(made.certificate)))
    assert got[0].partition(b" ")[2].endswith(log.as_line(ENTRY).rstrip())


def test_a_receiver_that_closes_before_it_read_is_sent_them_again(context: Context) -> None:
    got, refuses = list[bytes](), threading.Event()
    refuses.set()

    class Choosy(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            if not refuses.is_set():
                data = self.rfile.read()
                while data:
                    length, _, data = data.partition(b" ")
                    got.append(data[: int(length)])
                    data = data[int(length) :]

    with listening(_Server(("127.0.0.1", 0), Choosy)) as port:
        sent = exporting(context, to(port, "tcp"))
        export.step(sent)
        done(sent, "a", timedelta(seconds=1))
        for _ in range(2):
            with pytest.raises(export.ExportFailed, match="it is sent again"):
                export.step(sent)
        refuses.clear()
        assert (export.step(sent), export.step(sent)) == (1, 0)
    assert [*map(actor, got)] == ["a"]


def test_octets_that_nobody_acknowledged_are_not_taken_as_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as connection:
        received, _ = server.accept()
        syslog._taken(connection)
        connection.setblocking(False)
        with pytest.raises(BlockingIOError):
            while True:  # until the receiver, which reads nothing, has no room left
                connection.send(b"x" * 65536)
        with pytest.raises(ConnectionAbortedError, match=r"closed before the last \d+ octets were acknowledged"):
            syslog._taken(connection)
        received.close()


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_while_the_receiver_is_away_entries_wait_and_the_next_round_goes_on(context: Context, transport: str) -> None:
    got, came = list[bytes](), threading.Event()

    class Kept(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            if transport == "udp":
                got.append(self.request[0])
            else:
                with self.request.makefile("rb") as stream:
                    data = stream.read()
                got.append(data.partition(b" ")[2])
            came.set()

    kind: type[socketserver.TCPServer] = socketserver.UDPServer if transport == "udp" else _Server
    with listening(kind(("127.0.0.1", 0), Kept)) as port:
        sent = exporting(context, to(port, transport, facility="local0"))
        export.step(sent)
        done(sent, "before", timedelta(seconds=1))
        assert export.step(sent) == 1 and came.wait(20)
    came.clear()
    done(sent, "meanwhile", timedelta(seconds=2))
    for _ in range(2):
        with pytest.raises(export.ExportFailed, match="ConnectionRefusedError"):
            export.step(sent)
    with listening(kind(("127.0.0.1", port), Kept)):
        assert export.step(replace(sent)) == 1 and came.wait(20)
    assert [*map(actor, got)] == ["before", "meanwhile"]
    assert all(one.startswith(b"<133>1 2026-11-19T15:00:0") for one in got), "local0 (16) * 8 + notice (5)"
