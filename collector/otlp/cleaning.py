"""Bodies that the official parser takes and the engine does not, written anew.

To the official parser a field of the wrong wire type is an unknown one, which it leaves aside; the engine refuses the whole body.
Real senders and proxies do write such bodies (some of the captures the tests use have them).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from google.protobuf.unknown_fields import UnknownFieldSet

from collector.otlp import nested
from collector.otlp.signals import FORMS
from collector.otlp.wire import HASH, RECEIVED, frame
from collector.sequence import sequenced
from domain.intake import Signal
from store.errors import QueryFailed
from store.store import Store

# Raised while reading the body: 6, 27, 33, 117, 131: cannot parse, end of file, incorrect data, string too large; 434-448: protobuf.
PARSE_CODES = frozenset({6, 27, 32, 33, 117, 131, *range(434, 449)})


def insert(store: Store, signal: Signal, framed: Sequence[bytes], token: str, sequence: int) -> None:
    """One INSERT of the requests; a second, cleaned one when the engine cannot parse them. Raises StoreError.

    A body that cannot be parsed fails before any view has run, so the second is the first under its token.
    """
    try:
        store.insert_otlp(sequenced(framed, sequence), token, signal.value)
    except QueryFailed as error:
        clean = [cleaned(signal, one) for one in framed] if error.code in PARSE_CODES else framed
        if clean == framed:
            raise
        store.insert_otlp(sequenced(clean, sequence), token, signal.value)


def cleaned(signal: Signal, framed: bytes) -> bytes:
    """A framed request as the official parser understands it, with the same hash and time of receipt."""
    form = FORMS[signal]
    body = _unframed(framed)
    message = form.request.FromString(body)
    ours = {field.field_number: field.data for field in cast(Any, UnknownFieldSet(message))}
    clean = form.request.FromString(body)
    clean.DiscardUnknownFields()
    if len(frame(clean.SerializeToString(), ours[HASH], ours[RECEIVED])) == len(framed):
        return framed
    nested.mark(form, clean, nested.kinds_of(form, message))
    return frame(clean.SerializeToString(), ours[HASH], ours[RECEIVED])


def _unframed(framed: bytes) -> bytes:
    start = 0
    while framed[start] >= 0x80:
        start += 1
    return framed[start + 1 :]
