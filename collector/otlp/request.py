"""Check one OTLP request and frame it for the store, decoding no more than it must."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import Any

from google.protobuf.message import DecodeError, EncodeError

from collector.otlp import nested
from collector.otlp.json_bodies import read_json
from collector.otlp.partial import Parts, remove_unstorable
from collector.otlp.signals import FORMS, Form
from collector.otlp.wire import frame
from collector.refusals import Refused
from domain.intake import Signal

# The same bytes mean something else as another signal or as JSON. No protobuf message begins with a zero byte.
_SALTS = {Signal.TRACES: b"", Signal.LOGS: b"\0logs", Signal.METRICS: b"\0metrics"}
_JSON_SALT = b"\0json"


@dataclass(frozen=True, slots=True)
class OtlpRequest:
    """A checked body. `digest` is a SHA-256 of it after decompression: the same bytes again count once.

    `records` are in `framed`; `rejected` were taken out, and `note` says why, '' when nothing was.
    """

    signal: Signal
    framed: bytes
    digest: bytes
    records: int
    received_unix_nano: int
    rejected: int = 0
    note: str = ""

    @property
    def size(self) -> int:
        return len(self.framed)


def check(body: bytes, received_unix_nano: int, signal: Signal = Signal.TRACES, *, json: bool = False) -> OtlpRequest:
    """A request the store can parse, or Refused 400 saying what is wrong."""
    form = FORMS[signal]
    message = read_json(form, body) if json else _parsed(form, body)
    parts = remove_unstorable(form, message)
    if parts.rejected and not parts.stored:
        raise Refused(400, parts.reason, parts.note)
    payload = _payload(form, message, body, changed=json or parts.rejected > 0)
    digest = hashlib.sha256(_SALTS[signal] + (_JSON_SALT if json else b""))
    digest.update(body)
    return _request(signal, payload, digest.digest(), parts, received_unix_nano)


def _request(signal: Signal, payload: bytes, digest: bytes, parts: Parts, received: int) -> OtlpRequest:
    framed = frame(payload, digest, received)
    return OtlpRequest(signal, framed, digest, parts.stored, received, parts.rejected, parts.note)


def _parsed(form: Form, body: bytes) -> Any:
    try:
        return form.request.FromString(body)
    except DecodeError as error:
        raise Refused(400, "not_protobuf", f"The body is not an OTLP {form.noun} request: {error}") from error


def _payload(form: Form, message: Any, body: bytes, *, changed: bool) -> bytes:
    """The bytes to store: those received wherever they can stay."""
    try:
        payload = message.SerializeToString() if changed else body
        return message.SerializeToString() if nested.rewrite(form, message, payload) else payload
    except (EncodeError, RecursionError) as error:
        raise Refused(400, "too_deep", f"A value is nested too deep to be stored: {error}") from error


def cleaned(request: OtlpRequest) -> OtlpRequest:
    """The request as the official parser understands it, written anew.

    A field of the wrong wire type is unknown to that parser and left aside, while the engine refuses the whole body.
    """
    form = FORMS[request.signal]
    message = form.request.FromString(_unframed(request.framed))
    kinds = nested.kinds_of(form, message)
    message.DiscardUnknownFields()
    nested.mark(form, message, kinds)
    return replace(request, framed=frame(message.SerializeToString(), request.digest, request.received_unix_nano))


def _unframed(framed: bytes) -> bytes:
    start = 0
    while framed[start] >= 0x80:
        start += 1
    return framed[start + 1 :]
