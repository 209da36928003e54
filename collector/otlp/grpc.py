"""OTLP over gRPC: the three Export methods on raw bytes, in the same event loop as HTTP.

Messages stay compressed until we inflate them: the library would unpack any bomb before its size limit is asked.
"""

from __future__ import annotations

import asyncio
import time
from functools import partial
from typing import Any

import grpc
import grpc.aio

from collector import bodies
from collector.collector import Collector
from collector.otlp import responses
from collector.otlp.exporting import export
from collector.otlp.signals import FORMS
from collector.refusals import Refused
from domain.intake import Signal

_GZIP = b"\x1f\x8b"  # no protobuf message begins so: 0x1f is no field
_ZLIB = 0x78
_FRAME = 1 << 16  # beyond the body itself: compression may make a small body larger
_CODES = {code.value[0]: code for code in grpc.StatusCode}


class GrpcDoor:
    """A listening gRPC server. `port` is known once it is made; `start` and `stop` run in the event loop, `stop` is safe twice.

    `credentials` None: plain text. Raises OSError when the address is not free.
    """

    def __init__(self, collector: Collector, host: str, port: int = 0, credentials: grpc.ServerCredentials | None = None) -> None:
        self._host = f"[{host}]" if ":" in host else host
        address = f"{self._host}:{port}"
        self._server = grpc.aio.server(options=_options(collector))
        self._server.add_generic_rpc_handlers((_Methods(collector),))
        try:
            self.port = (
                self._server.add_secure_port(address, credentials) if credentials else self._server.add_insecure_port(address)
            )
        except RuntimeError as error:
            raise OSError(f"{address} cannot be listened on: {error}") from error

    @property
    def address(self) -> str:
        return f"{self._host}:{self.port}"

    async def start(self) -> None:
        await self._server.start()

    async def stop(self, grace: float = 0) -> None:
        """Calls under way get `grace` seconds to end."""
        await self._server.stop(grace)


def _options(collector: Collector) -> list[tuple[str, Any]]:
    return [
        ("grpc.max_receive_message_length", collector.limits.body + _FRAME),
        ("grpc.per_message_decompression", 0),
        ("grpc.so_reuseport", 0),  # a port in use is an error, not shared with another process
        ("grpc.max_metadata_size", 16 << 10),
    ]


class _Methods(grpc.GenericRpcHandler):  # type: ignore[misc]
    def __init__(self, collector: Collector) -> None:
        self._handlers = {
            form.method: grpc.unary_unary_rpc_method_handler(partial(_export, collector, signal))
            for signal, form in FORMS.items()
        }

    def service(self, handler_call_details: grpc.HandlerCallDetails) -> Any:
        """None for a method that is not ours: answered UNIMPLEMENTED."""
        return self._handlers.get(handler_call_details.method)


async def _export(collector: Collector, signal: Signal, message: bytes, context: grpc.aio.ServicerContext) -> bytes:
    began = time.monotonic()
    try:
        metadata = {key: value for key, value in context.invocation_metadata() or () if isinstance(value, str)}
        sender = collector.authorise(metadata.get("authorization"), signal.value)
        collector.rates.received(sender, len(message))
        body = await _body(message, collector.limits.inflated)
        taken = await export(collector, signal, body, began)
    except Refused as refused:
        collector.counters.refuse(signal.value, refused.reason)
        await _abort(context, refused)
        raise AssertionError("abort raises") from refused
    return bytes(responses.answer(taken).SerializeToString())


async def _body(message: bytes, limit: int) -> bytes:
    encoding = _encoding(message)
    return message if encoding is None else await asyncio.to_thread(bodies.inflate, message, encoding, limit)


def _encoding(message: bytes) -> str | None:
    """How the message is compressed, told by its first bytes: the library does not pass its flag on."""
    if message.startswith(_GZIP):
        return "gzip"
    zlib_header = len(message) > 1 and message[0] == _ZLIB and int.from_bytes(message[:2], "big") % 31 == 0
    return "deflate" if zlib_header else None


async def _abort(context: grpc.aio.ServicerContext, refused: Refused) -> None:
    """Ends the call with the refusal's status, and google.rpc.Status with RetryInfo in the trailing metadata."""
    status = responses.status(refused)
    details = (("grpc-status-details-bin", status.SerializeToString()),)
    await context.abort(_CODES[status.code], refused.message, details)
