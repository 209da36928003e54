"""A connection to an SMTP server: plain, STARTTLS or TLS, through a proxy where one is set."""

from __future__ import annotations

import base64
import smtplib
import socket
import ssl
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

from alerts.channels.network import Network

_LONGEST_ANSWER = 16_384  # bytes of headers


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Where mail goes. `security`: none, starttls or tls. The password stays out of repr."""

    host: str
    port: int
    security: str
    network: Network
    username: str | None = None
    password: str | None = field(default=None, repr=False)

    def connected(self) -> smtplib.SMTP:
        """Greeted, encrypted where wanted, signed in where wanted. smtplib's exceptions and OSError."""
        smtp = _Smtp(self)
        if self.security == "starttls":
            smtp.starttls(context=self.network.tls())
            smtp.ehlo()
        if self.username:
            smtp.login(self.username, self.password or "")
        return smtp


class _Smtp(smtplib.SMTP):
    """smtplib's client, whose socket may come through a proxy and be encrypted from its first byte."""

    def __init__(self, server: SmtpServer) -> None:
        self._server = server
        super().__init__(server.host, server.port, timeout=server.network.timeout)

    def _get_socket(self, host: str, port: int, timeout: float) -> Any:
        network = self._server.network
        plain = tunnel(network.proxy, host, port, timeout) if network.proxy else socket.create_connection((host, port), timeout)
        if self._server.security != "tls":
            return plain
        return network.tls().wrap_socket(plain, server_hostname=host)


def tunnel(proxy: str, host: str, port: int, timeout: float) -> socket.socket:
    """A connection an HTTP proxy made for us (CONNECT). OSError when it does not.

    The answer is read byte by byte: a mail server speaks first, and its greeting must not be read with it.
    """
    where = urlsplit(proxy)
    secure = where.scheme == "https"
    made = socket.create_connection((where.hostname or "", where.port or (443 if secure else 8080)), timeout)
    try:
        if secure:
            made = ssl.create_default_context().wrap_socket(made, server_hostname=where.hostname)
        target = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        asked = [f"CONNECT {target} HTTP/1.1", f"Host: {target}", *_signed_in(where.username, where.password), "", ""]
        made.sendall("\r\n".join(asked).encode())
        answer = b""
        while not answer.endswith(b"\r\n\r\n"):
            got = made.recv(1)
            if not got or len(answer) > _LONGEST_ANSWER:
                raise ConnectionError("the proxy broke off")
            answer += got
        status = answer.split(b" ", 2)[1:2]
        if status != [b"200"]:
            raise ConnectionRefusedError(f"the proxy answered {b''.join(status).decode(errors='replace')}")
    except BaseException:
        made.close()
        raise
    return made


def _signed_in(username: str | None, password: str | None) -> list[str]:
    if not username:
        return []
    token = base64.b64encode(f"{unquote(username)}:{unquote(password or '')}".encode()).decode()
    return [f"Proxy-Authorization: Basic {token}"]
