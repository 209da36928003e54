"""As much of AMQP 0-9-1 as a test needs to publish with confirms, consume and acknowledge. Specification: amqp0-9-1.pdf."""

from __future__ import annotations

import socket
import struct
from types import TracebackType

_METHOD, _HEADER, _BODY = 1, 2, 3
_DELIVERY_MODE, _TIMESTAMP = 0x1000, 0x0040


class AmqpConnection:
    """One connection with one channel, in confirm mode. A context manager."""

    def __init__(self, port: int, vhost: str, user: str = "guest", password: str = "guest") -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=10)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._stream = self._socket.makefile("rb")
        self._published = 0
        self._socket.sendall(b"AMQP\x00\x00\x09\x01")
        self._expect(10, 10)
        self._call(0, 10, 11, struct.pack(">I", 0) + _short("PLAIN") + _long(f"\0{user}\0{password}".encode()) + _short("en_US"))
        self._expect(10, 30)
        self._call(0, 10, 31, struct.pack(">HIH", 1, 131072, 0))
        self._call(0, 10, 40, _short(vhost) + _short("") + b"\0")
        self._expect(10, 41)
        for method, answer in ((struct.pack(">HH", 20, 10) + _short(""), (20, 11)), (struct.pack(">HHB", 85, 10, 0), (85, 11))):
            self._frame(_METHOD, 1, method)
            self._expect(*answer)

    def __enter__(self) -> AmqpConnection:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        self._stream.close()
        self._socket.close()

    def publish(self, queue: str, count: int, timestamp: int | None = None, body: bytes = b"{}") -> int:
        """Persistent messages through the default exchange; how many of them the broker refused (nacked)."""
        flags = _DELIVERY_MODE | (_TIMESTAMP if timestamp is not None else 0)
        properties = struct.pack(">B", 2)
        properties += struct.pack(">Q", timestamp) if timestamp is not None else b""
        header = struct.pack(">HHQH", 60, 0, len(body), flags) + properties
        method = struct.pack(">HHH", 60, 40, 0) + _short("") + _short(queue) + b"\0"
        for _ in range(count):
            self._frame(_METHOD, 1, method)
            self._frame(_HEADER, 1, header)
            self._frame(_BODY, 1, body)
        return self._refused(count)

    def consume(self, queue: str, prefetch: int) -> None:
        """Begin to consume; deliveries wait in the socket until `acknowledge`."""
        self._call(1, 60, 10, struct.pack(">IHB", 0, prefetch, 0))
        self._expect(60, 11)
        self._call(1, 60, 20, struct.pack(">H", 0) + _short(queue) + _short("") + b"\0" + struct.pack(">I", 0))
        self._expect(60, 21)

    def acknowledge(self, count: int) -> None:
        """Take `count` deliveries, one by one."""
        for _ in range(count):
            payload = self._expect(60, 60)
            length = payload[0]
            (tag,) = struct.unpack(">Q", payload[1 + length : 9 + length])
            self._call(1, 60, 80, struct.pack(">QB", tag, 0))

    def _refused(self, count: int) -> int:
        waiting = set(range(self._published + 1, self._published + count + 1))
        self._published += count
        refused = 0
        while waiting:
            kind, tag, multiple = self._settlement()
            covered = {each for each in waiting if each <= tag} if multiple else {tag}
            waiting -= covered
            refused += len(covered) if kind == 120 else 0
        return refused

    def _settlement(self) -> tuple[int, int, bool]:
        payload = self._read()
        group, method = struct.unpack(">HH", payload[:4])
        if group != 60 or method not in (80, 120):
            raise AssertionError(f"expected a confirm, got method {group}.{method}: {payload!r}")
        tag, bits = struct.unpack(">QB", payload[4:13])
        return method, tag, bool(bits & 1)

    def _call(self, channel: int, group: int, method: int, arguments: bytes) -> None:
        self._frame(_METHOD, channel, struct.pack(">HH", group, method) + arguments)

    def _frame(self, kind: int, channel: int, payload: bytes) -> None:
        self._socket.sendall(struct.pack(">BHI", kind, channel, len(payload)) + payload + b"\xce")

    def _expect(self, group: int, method: int) -> bytes:
        """Arguments of the next method, headers and bodies of deliveries passed over."""
        payload = self._read()
        found = struct.unpack(">HH", payload[:4])
        if found != (group, method):
            raise AssertionError(f"expected AMQP method {group}.{method}, got {found}: {payload!r}")
        return payload[4:]

    def _read(self) -> bytes:
        while True:
            kind, _, size = struct.unpack(">BHI", self._stream.read(7))
            payload = self._stream.read(size)
            self._stream.read(1)
            if kind == _METHOD:
                return payload


def _short(text: str) -> bytes:
    return bytes([len(text)]) + text.encode()


def _long(text: bytes) -> bytes:
    return struct.pack(">I", len(text)) + text
