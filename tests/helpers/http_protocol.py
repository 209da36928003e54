"""ClickHouse's HTTP protocol as the stand-in for a server speaks it: requests in, answers out."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from email.parser import BytesParser
from email.policy import HTTP as HTTP_POLICY
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from tests.helpers import coding
from tests.helpers.faults import HungUp, What, after, before

if TYPE_CHECKING:
    from tests.helpers.http_engine import HttpEngine

_INSERT = re.compile(rb"\s*INSERT\s+INTO\s.*?\sFORMAT\s+(\w+)[ \t]*\r?(?:\n|$)", re.IGNORECASE | re.DOTALL)
_FORMAT = re.compile(r"\bFORMAT\s+(\w+)\s*;?\s*$", re.IGNORECASE)
_ANSWERS = re.compile(r"\s*(?:SELECT|WITH|SHOW|EXPLAIN|DESC|DESCRIBE|EXISTS|CHECK|\()\b", re.IGNORECASE)
_STATUS_OF_CODE = {60: 404, 81: 404, 516: 403, 497: 403, 241: 500, 159: 408, 47: 404, 46: 404, 62: 400, 27: 400, 6: 400}
TEXT = "TabSeparated"


class Refused(Exception):
    """An answer other than 200. `code` is ClickHouse's."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


class Request(BaseHTTPRequestHandler):
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
            headers["X-ClickHouse-Format"] = named[1] if named else asked.get("default_format", TEXT)
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
