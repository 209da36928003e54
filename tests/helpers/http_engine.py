"""The embedded engine behind ClickHouse's HTTP protocol: stands for clickhouse-server where none can run.

    python -m tests.helpers.http_engine --port 0 --path DIR [--user NAME --password-file FILE]

Prints "http://127.0.0.1:PORT" once it listens. Queries in the URL or the body, typed parameters, settings, the database,
inserts of any format, compressed bodies both ways, errors with their code. Not spoken: sessions, external data, protocol
revisions (a client that probes for one falls back to none).
"""

from __future__ import annotations

import argparse
import os
import re
import signal
import socket
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from http.server import ThreadingHTTPServer
from pathlib import Path
from types import FrameType
from typing import Any

import chdb

from store.memory_files import MemoryFile
from tests.helpers.faults import Faults
from tests.helpers.http_protocol import TEXT, Refused, Request

# Parameters of the protocol itself; every other one is a setting.
_OF_THE_PROTOCOL = {
    "query", "database", "user", "password", "default_format", "session_id", "session_timeout", "session_check", "query_id",
    "quota_key", "role", "compress", "decompress", "buffer_size", "wait_end_of_query", "client_protocol_version",
    "send_progress_in_http_headers", "http_headers_progress_interval_ms", "enable_http_compression",
    "cancel_http_readonly_queries_on_client_close",
}  # fmt: skip


class HttpEngine(ThreadingHTTPServer):
    """One open data folder (or ":memory:"). Each request has a connection of its own, so no setting outlives it."""

    daemon_threads = True

    def __init__(self, port: int, path: str = ":memory:", user: str = "default", password: str = "") -> None:
        self._keeps_open = chdb.connect(path)
        self.path, self.user, self.password = path, user, password
        self.faults = Faults()
        self._connections: list[socket.socket] = []
        version, timezone = str(self._keeps_open.query("SELECT version(), timezone()", TEXT)).split()
        self.version, self.timezone = version, timezone
        super().__init__(("127.0.0.1", port), Request)

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        self._connections = [known for known in self._connections if known.fileno() >= 0] + [connection]
        return connection, address

    def server_close(self) -> None:
        """Also ends connections that clients keep open, as the end of a process would."""
        super().server_close()
        for connection in self._connections:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self._keeps_open.close()

    def run(self, statement: str, data: bytes | None, asked: Mapping[str, str]) -> Any:
        """Answer one statement; chdb's result. Raises Refused."""
        connection = chdb.connect(self.path)
        try:
            if asked.get("database"):
                connection.query(f"USE `{asked['database']}`", TEXT)
            for name, value in asked.items():
                if name not in _OF_THE_PROTOCOL and not name.startswith("param_"):
                    connection.query(f"SET {_name(name)} = {_literal(value)}", TEXT)
            parameters = {name[6:]: value for name, value in asked.items() if name.startswith("param_")}
            default_format = asked.get("default_format", TEXT)
            if data is None:
                return connection.query(statement, default_format, params=parameters)
            return _insert(connection, statement, data)
        except RuntimeError as error:
            raise _refused(str(error)) from error
        finally:
            connection.close()


def _insert(connection: Any, statement: str, data: bytes) -> Any:
    """chDB takes rows from a file only, so the body becomes one for as long as the INSERT runs."""
    head, _, fmt = statement.rpartition("FORMAT ")
    with MemoryFile() as file:
        file.write(data)
        file.flush()
        return connection.query(f"{head} FROM INFILE {_literal(file.name)} FORMAT {fmt}", TEXT)


def _refused(message: str) -> Refused:
    found = re.search(r"Code: (\d+)", message)
    start = message.find("Code: ")
    return Refused(int(found[1]) if found else 1001, message[max(start, 0) :])


def _name(name: str) -> str:
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
        raise Refused(115, f"Code: 115. DB::Exception: Unknown setting '{name}'. (UNKNOWN_SETTING)")
    return name


def _literal(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def main() -> None:
    """Serve until SIGTERM or SIGINT."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=8123, help="0 picks a free one")
    parser.add_argument("--path", default=":memory:", help="data folder")
    parser.add_argument("--user", default="default")
    parser.add_argument("--password-file", type=Path)
    options = parser.parse_args()
    password = options.password_file.read_text().strip() if options.password_file else ""
    engine = HttpEngine(options.port, options.path, options.user, password)

    def stop(signal_number: int, frame: FrameType | None) -> None:
        threading.Thread(target=engine.shutdown).start()

    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, stop)
    sys.stdout.write(f"http://127.0.0.1:{engine.port}\n")
    sys.stdout.flush()
    engine.serve_forever(poll_interval=0.1)
    engine.server_close()
    sys.stdout.flush()
    os._exit(0)  # chDB's threads may outlive the interpreter's shutdown and hold it up.


if __name__ == "__main__":
    main()
