"""The three ways a CloudEvent travels over HTTP, made one: structured JSON.

https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote_to_bytes

from collector.refusals import Refused

_STRUCTURED = ("application/cloudevents+json", "application/cloudevents-batch+json", "application/json")
_NAME = re.compile(r"[a-z0-9]+")
_CHARSET = re.compile(r';\s*charset\s*=\s*"?([^\s;"]+)', re.IGNORECASE)
_JSON = re.compile(r"(application|text)/json|.+\+json")
_HOW = (
    "send application/cloudevents+json, application/cloudevents-batch+json, or any type with the headers ce-specversion, "
    "ce-id, ce-source and ce-type"
)


def structured(headers: Mapping[str, str], body: bytes) -> bytes:
    """The request's events as JSON: one object or an array. `headers` have lower-case names.

    Refused 415 for a content type that is no mode of CloudEvents or another text encoding, 400 for a header that cannot be read.
    """
    content_type = headers.get("content-type", "")
    media = content_type.partition(";")[0].strip().lower()
    charset = _CHARSET.search(content_type)
    if charset is not None and charset[1].lower() not in ("utf-8", "utf8", "us-ascii"):
        raise Refused(415, "content_type", f"charset {charset[1][:40]} is not read; CloudEvents JSON is UTF-8")
    if "ce-specversion" in headers and not media.startswith("application/cloudevents"):
        return json.dumps(_binary(headers, media, body)).encode()
    if media in _STRUCTURED:
        return body
    if media.startswith("application/cloudevents"):
        raise Refused(415, "content_type", f"The event format {media[:80]} is not read; {_HOW}")
    shown = f'"{media[:80]}"' if media else "absent"
    raise Refused(415, "content_type", f"Content-Type is {shown}; {_HOW}")


def is_json(media: str) -> bool:
    """Whether data of this content type is JSON; without one it is taken to be."""
    return not media or _JSON.fullmatch(media.partition(";")[0].strip().lower()) is not None


def _binary(headers: Mapping[str, str], media: str, body: bytes) -> dict[str, Any]:
    event: dict[str, Any] = {}
    for header, value in headers.items():
        if header.startswith("ce-") and header != "ce-datacontenttype":
            event[_attribute(header)] = _decoded(header, value)
    if media:
        event["datacontenttype"] = media
    if not body:
        return event
    if is_json(media):
        event["data"] = _data(body)
    else:
        event["data_base64"] = base64.b64encode(body).decode()
    return event


def _attribute(header: str) -> str:
    name = header[3:]
    if not _NAME.fullmatch(name) or name in ("data", "database64"):
        raise Refused(400, "bad_header", f"{header[:80]} is no attribute of a CloudEvent; names are letters and digits")
    return name


def _decoded(header: str, value: str) -> str:
    """Percent-encoding undone, and the quotes of a quoted string (section 3.1.3.2)."""
    plain = value.strip()
    if len(plain) >= 2 and plain[0] == plain[-1] == '"':
        plain = re.sub(r"\\(.)", r"\1", plain[1:-1])
    try:
        # A sender that forgot the encoding wrote UTF-8 bytes; they arrive read as Latin-1.
        return unquote_to_bytes(plain.encode("latin-1")).decode("utf-8")
    except UnicodeError as error:
        raise Refused(400, "bad_header", f"{header[:80]} is not percent-encoded UTF-8") from error


def _data(body: bytes) -> Any:
    try:
        return json.loads(body.decode("utf-8-sig"), parse_constant=_no_number)
    except UnicodeDecodeError as error:
        raise Refused(400, "invalid_json", f"data is not UTF-8: byte {error.start}") from error
    except json.JSONDecodeError as error:
        raise Refused(
            400, "invalid_json", f"data is not JSON: {error.msg} in line {error.lineno}, column {error.colno}"
        ) from error
    except (ValueError, RecursionError) as error:
        raise Refused(400, "invalid_json", f"data is not JSON that can be read: {type(error).__name__}") from error


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")
