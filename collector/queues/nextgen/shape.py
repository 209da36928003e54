"""NextGen's answers, which are XStream's: JSON made from XML, where a list of one is no list and every number may be text."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any
from xml.etree.ElementTree import Element

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

_STATUS = "com.mirth.connect.donkey.model.message.Status"


class ShapeUnknown(Exception):
    """Neither JSON nor XML, or not a list of what was asked for."""


def document(body: bytes) -> Any:
    """The answer's content, whichever of the two formats it came in."""
    if body.lstrip()[:1] == b"<":
        try:
            root = fromstring(body)
        except (ParseError, DefusedXmlException, ValueError) as error:
            raise ShapeUnknown from error
        return {root.tag: _plain(root)}
    try:
        return json.loads(body)
    except ValueError as error:
        raise ShapeUnknown from error


def entries(answer: Any, name: str) -> Iterator[Mapping[str, Any]]:
    """What `<list>` holds of type `name`; older versions write the type's full name."""
    if not isinstance(answer, dict) or "list" not in answer:
        raise ShapeUnknown
    yield from members(answer["list"], name)


def members(holder: Any, name: str) -> Iterator[Mapping[str, Any]]:
    """An empty list arrives as null or as empty text."""
    if not isinstance(holder, dict):
        if holder in (None, "", []):
            return
        raise ShapeUnknown
    for key, value in holder.items():
        if key.rpartition(".")[2].lower() == name.lower():
            yield from (each for each in several(value) if isinstance(each, dict))


def several(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value in (None, "") else [value]


def statistics(holder: Any) -> dict[str, int]:
    """A map from a message's status to a count; {} when there is none."""
    found: dict[str, int] = {}
    for entry in several(holder.get("entry")) if isinstance(holder, dict) else []:
        if isinstance(entry, dict) and (number := count(entry.get("long", entry.get("int")))) is not None:
            found[str(entry.get(_STATUS, ""))] = number
    return found


def count(value: Any) -> int | None:
    if isinstance(value, bool):
        return None
    try:
        number = int(value)
    except (TypeError, ValueError):
        return None
    return number if number >= 0 else None


def _plain(element: Element) -> Any:
    """As XStream's JSON would be: repeated children become a list, an element without children its text."""
    if len(element) == 0:
        return element.text
    found: dict[str, Any] = {}
    for child in element:
        value = _plain(child)
        if child.tag in found:
            found[child.tag] = [*(found[child.tag] if isinstance(found[child.tag], list) else [found[child.tag]]), value]
        else:
            found[child.tag] = value
    return found
