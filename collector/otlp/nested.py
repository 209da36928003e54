"""Attribute values that are arrays, key-value lists or bytes: kept whole, as text the engine can parse (ADR 0014).

The engine reads values only as deep as its schema says and drops the rest. So such a value is rewritten before framing:
string_value becomes its JSON (bytes: base64), and field 1002, unlisted in OTLP, the field number it had: 5, 6 or 7.
"""

from __future__ import annotations

import base64
import math
from collections.abc import Iterable, Iterator
from typing import Any, cast

import numpy as np
import orjson
from google.protobuf.unknown_fields import UnknownFieldSet

from collector.otlp.places import begins_message
from collector.otlp.signals import Form
from collector.otlp.wire import varint

KINDS = {"array_value": 5, "kvlist_value": 6, "bytes_value": 7}
_KIND_TAG = b"\xd0\x3e"  # field 1002, varint: store/otlp_schema.proto
_VALUE = 0x12  # KeyValue.value
_BODY = 0x2A  # LogRecord.body
_BY_CHANCE = 3
_LONGEST = 5  # bytes of a length on the wire


def rewrite(form: Form, message: Any, body: bytes) -> bool:
    """Rewrite every such value of `message`, which was parsed from `body`; whether there was one."""
    tags = (_VALUE, _BODY) if form.records == "log_records" else (_VALUE,)
    places = [place for tag in tags for place in candidates(body, tag)]
    # A few may fit by chance, mostly in ids: following lengths to them is cheaper than walking every attribute.
    if len(places) <= _BY_CHANCE and not any(begins_message(body, p, form.request.DESCRIPTOR, "AnyValue") for p in places):
        return False
    left = len(places)
    found = 0
    # Resources first: where process.command_args is the only array, the spans need not be looked through.
    for value in _values(form, message):
        kind = value.WhichOneof("value")
        if kind in KINDS:
            flatten(value, kind)
            found += 1
            if found == left:
                break
    return found > 0


def candidates(body: bytes, tag: int) -> list[int]:
    """The places of `body` that look like a message field `tag` that begins with an array, key-value list or bytes.

    At least one for every value that is one, at little cost when there is none. The value's length must be that of its
    only field; a few fit by chance.
    """
    octets = np.frombuffer(body, np.uint8)
    places = np.flatnonzero(octets[:-7] == np.uint8(tag))
    length = octets[places + 1]
    # A length of one byte, or of several: then the second says whether the field begins at 3 or later.
    short = places[_opens(octets[places + 2]) & (length < 0x80)]
    long = places[length >= 0x80]
    later = _opens(octets[long + 4]) | _opens(octets[long + 5]) | _opens(octets[long + 6])
    long = long[np.where(octets[long + 2] < 0x80, _opens(octets[long + 3]), later)]
    # The last places are looked at one by one, so that no index leaves the body.
    tail = (place for place in range(max(0, len(body) - 7), len(body) - 3) if body[place] == tag)
    return [place for place in (*short.tolist(), *long.tolist(), *tail) if _fits(body, place)]


def _opens(octets: Any) -> Any:
    """Which are 0x2a, 0x32 or 0x3a: length-delimited fields 5, 6 and 7. 0x42 passes too and fails in _fits."""
    return ((octets - np.uint8(0x2A)) & np.uint8(0xE7)) == 0


def _fits(body: bytes, start: int) -> bool:
    """Whether the message at `start` is exactly one field as long as it says."""
    outer, inside = _length(body, start + 1)
    if inside >= len(body) or body[inside] not in (0x2A, 0x32, 0x3A):
        return False
    inner, content = _length(body, inside + 1)
    return inside + outer == content + inner <= len(body)


def _length(body: bytes, position: int) -> tuple[int, int]:
    """The varint at `position` and where it ends; padded ones are read too."""
    value = shift = 0
    for octet in body[position : position + _LONGEST]:
        value |= (octet & 0x7F) << shift
        shift += 7
        position += 1
        if octet < 0x80:
            return value, position
    return 1 << 62, position


def flatten(value: Any, kind: str) -> None:
    """Rewrite one AnyValue in place."""
    if kind == "bytes_value":
        text = base64.b64encode(value.bytes_value)
    else:
        text = orjson.dumps(_plain(value), option=orjson.OPT_SORT_KEYS)
    value.ParseFromString(b"\x0a" + varint(len(text)) + text + _KIND_TAG + bytes((KINDS[kind],)))


def kinds_of(form: Form, message: Any) -> list[bytes]:
    """What field 1002 holds in each AnyValue of `message`, in order; empty where there is none."""
    return [_kind(value) for value in _values(form, message)]


def mark(form: Form, message: Any, kinds: list[bytes]) -> None:
    """Put back what `kinds_of` found, after unknown fields were discarded."""
    for value, kind in zip(_values(form, message), kinds, strict=True):
        if kind:
            value.MergeFromString(_KIND_TAG + kind)


def _kind(value: Any) -> bytes:
    found = [field.data for field in cast(Any, UnknownFieldSet(value)) if field.field_number == 1002 and field.wire_type == 0]
    return bytes(found[-1:]) if found and found[-1] in KINDS.values() else b""


def _plain(value: Any) -> Any:
    """An AnyValue as JSON has it: whole doubles keep their point, NaN and the infinities are words, absent is null."""
    kind = value.WhichOneof("value")
    if kind == "array_value":
        return [_plain(each) for each in value.array_value.values]
    if kind == "kvlist_value":
        return {pair.key: _plain(pair.value) for pair in value.kvlist_value.values}
    if kind == "bytes_value":
        return base64.b64encode(value.bytes_value).decode()
    if kind == "double_value" and not math.isfinite(value.double_value):
        return "NaN" if math.isnan(value.double_value) else "Infinity" if value.double_value > 0 else "-Infinity"
    return None if kind is None else getattr(value, kind)


def _values(form: Form, message: Any) -> Iterator[Any]:
    """Every AnyValue of the request, resources and scopes first."""
    for group in getattr(message, form.groups):
        yield from _of(group.resource.attributes)
        for scope in getattr(group, form.scopes):
            yield from _of(scope.scope.attributes)
    for scope in form.scopes_of(message):
        for record in getattr(scope, form.records):
            yield from _WALKS[form.records](record)


def _of(pairs: Iterable[Any]) -> Iterator[Any]:
    for pair in pairs:
        yield pair.value


def _of_span(span: Any) -> Iterator[Any]:
    yield from _of(span.attributes)
    for part in (*span.events, *span.links):
        yield from _of(part.attributes)


def _of_log(record: Any) -> Iterator[Any]:
    yield record.body
    yield from _of(record.attributes)


def _of_metric(metric: Any) -> Iterator[Any]:
    yield from _of(metric.metadata)
    kind = metric.WhichOneof("data")
    for point in getattr(metric, kind).data_points if kind else ():
        yield from _of(point.attributes)
        for exemplar in () if kind == "summary" else point.exemplars:
            yield from _of(exemplar.filtered_attributes)


_WALKS = {"spans": _of_span, "log_records": _of_log, "metrics": _of_metric}
