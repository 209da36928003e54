"""The embedded engine behind ClickHouse's HTTP protocol: stands for clickhouse-server where none can run.

    python -m tests.helpers.http_engine --port 0 --path DIR [--user NAME --password-file FILE]

Prints "http://127.0.0.1:PORT" once it listens. Queries in the URL or the body, typed parameters, settings, the database,
inserts of any format, compressed bodies both ways, errors with their code. Not spoken: sessions, external data, protocol
revisions (a client that probes for one falls back to none).
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import re
import signal
import socket
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from email.parser import BytesParser
from email.policy import HTTP as HTTP_POLICY
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import FrameType
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import chdb

from store.memory_files import MemoryFile
from tests.helpers import coding
from tests.helpers.faults import Faults, HungUp, What, after, before

# Parameters of the protocol itself; every other one is a setting.
_OF_THE_PROTOCOL = {
    "query", "database", "user", "password", "default_format", "session_id", "session_timeout", "session_check", "query_id",
    "quota_key", "role", "compress", "decompress", "buffer_size", "wait_end_of_query", "client_protocol_version",
    "send_progress_in_http_headers", "http_headers_progress_interval_ms", "enable_http_compression",
    "cancel_http_readonly_queries_on_client_close",
}  # fmt: skip
_INSERT = re.compile(rb"\s*INSERT\s+INTO\s.*?\sFORMAT\s+(\w+)[ \t]*\r?(?:\n|$)", re.IGNORECASE | re.DOTALL)
_FORMAT = re.compile(r"\bFORMAT\s+(\w+)\s*;?\s*$", re.IGNORECASE)
_ANSWERS = re.compile(r"\s*(?:SELECT|WITH|SHOW|EXPLAIN|DESC|DESCRIBE|EXISTS|CHECK|\()\b", re.IGNORECASE)
_STATUS_OF_CODE = {60: 404, 81: 404, 516: 403, 497: 403, 241: 500, 159: 408, 47: 404, 46: 404, 62: 400, 27: 400, 6: 400}
_TEXT = "TabSeparated"


class Refused(Exception):
    """An answer other than 200. `code` is ClickHouse's."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


class HttpEngine(ThreadingHTTPServer):
    """One open data folder (or ":memory:"). Each request has a connection of its own, so no setting outlives it."""

    daemon_threads = True

    def __init__(self, port: int, path: str = ":memory:", user: str = "default", password: str = "") -> None:
        self._keeps_open = chdb.connect(path)
        self.path, self.user, self.password = path, user, password
        self.faults = Faults()
        self._connections: list[socket.socket] = []
        version, timezone = str(self._keeps_open.query("SELECT version(), timezone()", _TEXT)).split()
        self.version, self.timezone = version, timezone
        super().__init__(("127.0.0.1", port), _Request)

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
                connection.query(f"USE `{asked['database']}`", _TEXT)
            for name, value in asked.items():
                if name not in _OF_THE_PROTOCOL and not name.startswith("param_"):
                    connection.query(f"SET {_name(name)} = {_literal(value)}", _TEXT)
            parameters = {name[6:]: value for name, value in asked.items() if name.startswith("param_")}
            default_format = asked.get("default_format", _TEXT)
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
        return connection.query(f"{head} FROM INFILE {_literal(file.name)} FORMAT {fmt}", _TEXT)


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


class _Request(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Head and body leave in one packet, or each answer would wait for the client's acknowledgement of the first.
    wbufsize = 1 << 16
    disable_nagle_algorithm = True
    server: HttpEngine

    def do_GET(self) -> None:
        if urlsplit(self.path).path in ("/ping", "/replicas_status"):
            self._answer(200, b"Ok.\n", {})
        else:
            self._query(read_only=True)

    def do_POST(self) -> None:
        self._query(read_only=False)

    def log_message(self, format: str, *args: Any) -> None:
        """Requests are not logged: the tests that start this read what it prints."""

    def _query(self, *, read_only: bool) -> None:
        # The body is read even of a request that is refused: the connection is used again.
        body = self._body()
        try:
            asked = dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True))
            if self.headers.get_content_type() == "multipart/form-data":
                asked |= _fields(self.headers["Content-Type"], body)
                body = b""
            self._check_password(asked)
            statement, data = _split(asked.get("query", ""), coding.decoded(body, self.headers.get("Content-Encoding")))
            if read_only and "readonly" not in asked:
                asked["readonly"] = "2"
            result = self._run(statement, data, asked)
        except HungUp:
            self.close_connection = True
            return
        except Refused as refused:
            self._answer(
                _STATUS_OF_CODE.get(refused.code, 500),
                f"{refused}\n".encode(),
                {"X-ClickHouse-Exception-Code": str(refused.code)},
            )
            return
        self._answer_rows(statement, data, asked, result)

    def _run(self, statement: str, data: bytes | None, asked: Mapping[str, str]) -> Any:
        fault = self.server.faults.take(statement)
        before(fault)
        if fault is not None and fault.what is What.CODE_BEFORE:
            raise Refused(fault.code, fault.message)
        result = self.server.run(statement, data, asked)
        after(fault)
        if fault is not None and fault.what is What.CODE_AFTER:
            raise Refused(fault.code, fault.message)
        return result

    def _answer_rows(self, statement: str, data: bytes | None, asked: Mapping[str, str], result: Any) -> None:
        count, size = str(result.rows_read()), str(result.bytes_read())
        summary = {"read_rows": count, "read_bytes": size, "elapsed_ns": str(int(result.elapsed() * 1e9))}
        if data is not None:
            summary |= {"written_rows": count, "written_bytes": size}
        headers = {"X-ClickHouse-Summary": json.dumps(summary), "X-ClickHouse-Query-Id": asked.get("query_id", "")}
        if _ANSWERS.match(statement):
            named = _FORMAT.search(statement)
            headers["X-ClickHouse-Format"] = named[1] if named else asked.get("default_format", _TEXT)
        answer, encoding = result.bytes() or b"", None
        if asked.get("enable_http_compression") == "1":
            answer, encoding = coding.encoded(answer, self.headers.get("Accept-Encoding", ""))
        self._answer(200, answer, headers | ({"Content-Encoding": encoding} if encoding else {}))

    def _answer(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("X-ClickHouse-Server-Display-Name", "http_engine")
        self.send_header("X-ClickHouse-Timezone", self.server.timezone)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            return b"".join(iter(self._chunk, b""))
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def _chunk(self) -> bytes:
        """The next piece of a chunked body; b"" at its end."""
        size = int(self.rfile.readline().split(b";")[0], 16)
        piece = self.rfile.read(size)
        self.rfile.readline()
        return piece

    def _check_password(self, asked: Mapping[str, str]) -> None:
        scheme, _, value = self.headers.get("Authorization", "").partition(" ")
        if scheme == "Basic":
            user, _, password = base64.b64decode(value).decode().partition(":")
        else:
            user = self.headers.get("X-ClickHouse-User") or asked.get("user", "default")
            password = self.headers.get("X-ClickHouse-Key") or asked.get("password", "")
        if (user, password) != (self.server.user, self.server.password):
            message = f"{user}: Authentication failed: password is incorrect, or there is no user with such name."
            raise Refused(516, f"Code: 516. DB::Exception: {message} (AUTHENTICATION_FAILED)")


def _split(query: str, body: bytes) -> tuple[str, bytes | None]:
    """The statement, and the rows that come with it (None: none). A query may start in the URL and end in the body."""
    joined = query.encode() + (b"\n" if query and body else b"") + body
    insert = _INSERT.match(joined)
    if insert is None or insert[1].lower() == b"values":
        return joined.decode(), None
    return insert[0].decode().rstrip(), joined[insert.end() :]


def _fields(content_type: str, body: bytes) -> dict[str, str]:
    message = BytesParser(policy=HTTP_POLICY).parsebytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + body)
    parts = [part for part in message.walk() if not part.is_multipart()]
    names = [part.get_param("name", header="content-disposition") for part in parts]
    return {str(name): part.get_payload(decode=True).decode() for name, part in zip(names, parts, strict=True)}  # type: ignore[union-attr]


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
