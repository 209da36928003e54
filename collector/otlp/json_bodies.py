"""OTLP/JSON → the protobuf message it stands for (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding).

Proto3 JSON with OTLP's exceptions: ids are hex, enumerations are numbers (names are taken too), unknown fields are ignored.
The document is brought into the message's own names and types, then handed over whole: the parser's C code builds the message.
"""

from __future__ import annotations

import base64
import binascii
import math
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import orjson
from google.protobuf.descriptor import Descriptor, EnumDescriptor, FieldDescriptor

from collector.otlp.signals import Form
from collector.refusals import Problem, Refused

_HEX = frozenset({"trace_id", "span_id", "parent_span_id"})
_WORDS = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}
_SHOWN = 60
_Convert = Callable[[Any], Any]


class _Bad(Exception):
    """What is wrong; the path to it is completed on the way up."""

    def __init__(self, message: str, path: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.path = path


def read_json(form: Form, body: bytes) -> Any:
    """The request message of `form`, or Refused 400 naming the path of the first value that does not fit."""
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Refused(400, "not_json", f"The body is not JSON: {error}") from error
    try:
        return form.request(**_message(form.request.DESCRIPTOR)(document))
    except _Bad as bad:
        problem = Problem(bad.path.lstrip("."), bad.message)
        raise Refused(400, "invalid_json", f"{problem.path or 'body'}: {problem.message}", problems=[problem]) from bad
    except RecursionError as error:
        raise Refused(400, "too_deep", "A value is nested too deep to be stored") from error
    except (ValueError, TypeError) as error:
        raise Refused(400, "invalid_json", f"The body is not an OTLP {form.noun} request: {error}") from error


@cache
def _message(descriptor: Descriptor) -> _Convert:
    """A converter of JSON objects to keyword arguments of the message; made once for each type."""
    fields: dict[str, tuple[str, _Convert]] = {}

    def convert(value: Any) -> Mapping[str, Any]:
        if type(value) is not dict:
            raise _Bad(f"is {_shown(value)}; it must be an object")
        found = {}
        for name, inner in value.items():
            known = fields.get(name)
            if known is None or inner is None:
                continue
            try:
                found[known[0]] = known[1](inner)
            except _Bad as bad:
                raise _Bad(bad.message, f".{name}{bad.path}") from bad
        return found

    def fill() -> None:
        for field in descriptor.fields:
            entry = (field.name, _field(field))
            fields[field.json_name] = fields[field.name] = entry

    # Types refer to themselves (an array of values): converters of inner types are looked up when first used.
    return _lazily(convert, fill)


def _lazily(convert: _Convert, fill: Callable[[], None]) -> _Convert:
    pending = [fill]

    def first(value: Any) -> Any:
        while pending:
            pending.pop()()
        return convert(value)

    return first


def _field(field: FieldDescriptor) -> _Convert:
    one = _single(field)
    return _list(one) if field.is_repeated else one


def _list(one: _Convert) -> _Convert:
    def convert(value: Any) -> list[Any]:
        if type(value) is not list:
            raise _Bad(f"is {_shown(value)}; it must be an array")
        index = 0
        found = []
        try:
            for index, each in enumerate(value):  # noqa: B007
                found.append(one(each))
        except _Bad as bad:
            raise _Bad(bad.message, f"[{index}]{bad.path}") from bad
        return found

    return convert


def _single(field: FieldDescriptor) -> _Convert:
    if field.message_type is not None:
        return _message(field.message_type)
    if field.enum_type is not None:
        return _enumeration(field.enum_type)
    if field.cpp_type in (FieldDescriptor.CPPTYPE_DOUBLE, FieldDescriptor.CPPTYPE_FLOAT):
        return _double
    if field.cpp_type == FieldDescriptor.CPPTYPE_BOOL:
        return _bool
    if field.type == FieldDescriptor.TYPE_BYTES:
        return _hex if field.name in _HEX else _base64
    if field.type == FieldDescriptor.TYPE_STRING:
        return _string
    return _integer


def _enumeration(enum: EnumDescriptor) -> _Convert:
    names = {name: value.number for name, value in enum.values_by_name.items()}
    return lambda value: names[value] if type(value) is str and value in names else _integer(value)


def _integer(value: Any) -> int:
    if type(value) is int:
        return value
    try:
        if type(value) is str and value.strip() == value:
            return int(value)
        if type(value) is float and value.is_integer():
            return int(value)
    except ValueError:
        pass
    raise _Bad(f"is {_shown(value)}; it must be a whole number, also as text")


def _double(value: Any) -> float:
    if type(value) in (float, int):
        return float(value)
    try:
        if type(value) is str:
            return _WORDS[value] if value in _WORDS else float(value)
    except ValueError:
        pass
    raise _Bad(f"is {_shown(value)}; it must be a number")


def _bool(value: Any) -> bool:
    if type(value) is bool:
        return value
    raise _Bad(f"is {_shown(value)}; it must be true or false")


def _string(value: Any) -> str:
    if type(value) is str:
        return value
    raise _Bad(f"is {_shown(value)}; it must be text")


def _hex(value: Any) -> bytes:
    try:
        return bytes.fromhex(_string(value))
    except ValueError:
        raise _Bad(f"is {_shown(value)}; an id is written in hex digits") from None


def _base64(value: Any) -> bytes:
    text = _string(value).replace("-", "+").replace("_", "/").rstrip("=")
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise _Bad(f"is {_shown(value)}; bytes are written in base64") from None


def _shown(value: Any) -> str:
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "an array"
    text = orjson.dumps(value).decode()
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
