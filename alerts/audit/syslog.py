"""The audit log as syslog: RFC 5424 messages over UDP (RFC 5426), TCP (RFC 6587, octet counting) or TLS (RFC 5425).

Neither the standard library's handler (RFC 3164, no framing) nor a maintained package speaks all three; a message is one line to build.
"""

from __future__ import annotations

import fcntl
import os
import re
import socket
import ssl
import sys
import termios
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC
from typing import Final

import structlog

from alerts.audit.record import Entry, as_line
from domain.audit import FACILITIES, Syslog

log = structlog.get_logger("audit")
_BAD: Final = frozenset({"refused", "failed", "dead", "unknown"})
_WARNING, _NOTICE = 4, 5
_BOM = b"\xef\xbb\xbf"
# Every receiver of UDP takes 2048 octets (RFC 5426, 3.2); longer ones may be cut.
_DATAGRAM = 2048
_OBJECTION = 0.2  # seconds
# Our number for private use would need one from IANA; 32473 is the one for documentation (RFC 5612).
_ID = "supplyscope@32473"


class SyslogAway(Exception):
    """The receiver did not take the messages; they are sent again. The message says which and why."""


def message(entry: Entry, facility: str, host: str) -> bytes:
    """One message: outcome as severity, fields as structured data, the whole entry as JSON for the text."""
    severity = _WARNING if entry.outcome in _BAD else _NOTICE
    at = entry.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    fields = {"id": entry.event_id, "actor": entry.actor, "door": entry.door, "object": entry.object, "outcome": entry.outcome}
    data = " ".join(f'{name}="{_escaped(value)}"' for name, value in fields.items())
    head = f"<{FACILITIES[facility] * 8 + severity}>1 {at} {_printable(host, 255)} supplyscope {os.getpid()} {_printable(entry.action, 32)}"
    return f"{head} [{_ID} {data}] ".encode() + _BOM + as_line(entry).rstrip(b"\n")


def send(entries: Sequence[Entry], to: Syslog) -> None:
    """Hand the entries over; SyslogAway when the receiver did not take them all, as far as the transport tells.

    TCP and TLS: our half of the connection is closed after the last message, and the receiver closing its half says that it read them.
    """
    messages = [message(entry, to.facility, socket.gethostname()) for entry in entries]
    try:
        _datagrams(messages, to) if to.transport == "udp" else _stream(messages, to)
    except OSError as error:
        raise SyslogAway(
            f"syslog at {to.host}:{to.port} over {to.transport} did not take the audit log ({type(error).__name__}: {error}); it is sent again"
        ) from error


def _datagrams(messages: Sequence[bytes], to: Syslog) -> None:
    family, kind, protocol, _, address = socket.getaddrinfo(to.host, to.port, type=socket.SOCK_DGRAM)[0]
    with socket.socket(family, kind, protocol) as sender:
        sender.connect(address)
        for one in messages:
            sender.send(one[:_DATAGRAM])
        sender.settimeout(_OBJECTION)
        with suppress(TimeoutError):
            sender.recv(1)  # Nobody answers over UDP, but a machine where nobody listens says so: ConnectionRefusedError.


def _stream(messages: Sequence[bytes], to: Syslog) -> None:
    framed = b"".join(b"%d " % len(one) + one for one in messages)
    with socket.create_connection((to.host, to.port), to.timeout.total_seconds()) as plain:
        if to.transport == "tcp":
            plain.sendall(framed)
            plain.shutdown(socket.SHUT_WR)
            _until_closed(plain, to)
            return
        with _tls(to).wrap_socket(plain, server_hostname=to.host) as secured:
            secured.sendall(framed)
            try:
                secured.unwrap()  # Sends close_notify and waits for the other side's.
            except TimeoutError:
                _unconfirmed(to)
            except ssl.SSLEOFError:  # Receivers there are that end the connection only, without close_notify.
                _taken(secured)


def _until_closed(connection: socket.socket, to: Syslog) -> None:
    """A receiver that died resets the connection: an error. One that merely stays open has the messages in its kernel."""
    try:
        while connection.recv(4096):
            pass
    except TimeoutError:
        _unconfirmed(to)
    else:
        _taken(connection)


def _taken(connection: socket.socket) -> None:
    """OSError when the receiver closed before it had everything: its end may arrive earlier than the reset that says so."""
    waiting = int.from_bytes(fcntl.ioctl(connection, termios.TIOCOUTQ, bytes(4)), sys.byteorder)
    code = connection.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    if waiting or code:
        raise ConnectionAbortedError(
            f"closed before the last {waiting} octets were acknowledged" if waiting else os.strerror(code)
        )


def _unconfirmed(to: Syslog) -> None:
    log.warning("syslog receiver keeps the connection open: the audit log is taken as delivered", host=to.host, port=to.port)


def _tls(to: Syslog) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if to.ca_file:
        context.load_verify_locations(cafile=to.ca_file)
    if to.certificate:
        context.load_cert_chain(to.certificate, to.key)
    return context


def _escaped(value: str) -> str:
    """A PARAM-VALUE: quotes, backslashes and closing brackets escaped; control characters, which break lines of receivers, are spaces."""
    return re.sub(r'(["\\\]])', r"\\\1", re.sub(r"[\x00-\x1f\x7f]", " ", value))


def _printable(text: str, longest: int) -> str:
    """A header field: printable ASCII without spaces; "-" is nothing."""
    return re.sub(r"[^\x21-\x7e]+", "_", text)[:longest] or "-"
