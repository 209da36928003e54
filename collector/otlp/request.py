"""Check one OTLP request and frame it for the store, decoding no more than it must."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from google.protobuf.message import DecodeError, EncodeError

from collector.otlp import nested
from collector.otlp.json_bodies import read_json
from collector.otlp.partial import remove_unstorable
from collector.otlp.signals import FORMS, Form
from collector.otlp.wire import frame
from collector.refusals import Refused
from domain.intake import Signal

# The same bytes mean something else as another signal or as JSON. No protobuf message begins with a zero byte.
_SALTS = {Signal.TRACES: b"", Signal.LOGS: b"\0logs", Signal.METRICS: b"\0metrics"}
_JSON_SALT = b"\0json"
Look = Callable[[Form, Any], None]


@dataclass(frozen=True, slots=True)
class OtlpRequest:
    """A checked body. `digest` is a SHA-256 of it after decompression: the same bytes again count once.

    `records` are in `framed`; `rejected` were taken out, and `note` says why, '' when nothing was.
    """

    signal: Signal
    framed: bytes
    digest: bytes
    records: int
    rejected: int = 0
    note: str = ""

    @property
    def size(self) -> int:
        return len(self.framed)


def check(
    body: bytes,
    received_unix_nano: int,
    signal: Signal = Signal.TRACES,
    *,
    json: bool = False,
    most_attributes: int = 256,
    look: Look | None = None,
) -> OtlpRequest:
    """A request the store can parse, or Refused 400 saying what is wrong. `look` sees it as it was sent, and may refuse it, too."""
    form = FORMS[signal]
    message = read_json(form, body) if json else _parsed(form, body)
    if look is not None:
        look(form, message)
    parts = remove_unstorable(form, message, most_attributes)
    if parts.rejected and not parts.stored:
        raise Refused(400, parts.reason, parts.note)
    payload = _payload(form, message, body, changed=json or parts.rejected > 0)
    digest = hashlib.sha256(_SALTS[signal] + (_JSON_SALT if json else b""))
    digest.update(body)
    framed = frame(payload, digest.digest(), received_unix_nano)
    return OtlpRequest(signal, framed, digest.digest(), parts.stored, parts.rejected, parts.note)


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
