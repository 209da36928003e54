"""Requests whose events are not all of our own types in plain JSON: each is checked, decoded and mapped by itself."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError
from pydantic_core import from_json

from collector.events.envelope import EVENTS, Event
from collector.events.mapped import Mappings, Own
from collector.events.modes import is_json
from collector.json_bodies import path, refused
from collector.refusals import Problem
from domain.configuration import Configuration

_OWN = "supplyscope."
_TYPES = ("milestone", "contract_price", "po_line", "invoice_line", "failure", "crosswalk")
_SHOWN = 120
_LONGEST = 512


class Origins:
    """Which event of the request each of our own came from, and where its fields stood there."""

    def __init__(self, own: Sequence[tuple[int, Own]]) -> None:
        self._own = own

    def part(self, index: int) -> str:
        """What tells rows of one event apart; '' for an event of our own type."""
        return self._own[index][1].part if self._own else ""

    def place(self, index: int, field: str) -> str:
        """Where the field of an event's data stood in the request: [3].data.lines[2].price."""
        if not self._own:
            return f"[{index}].data.{field}"
        at, own = self._own[index]
        return f"[{at}]{own.places.get(field, f'.data.{field}')}"

    def envelope(self, index: int, attribute: str) -> str:
        return f"[{self._own[index][0] if self._own else index}].{attribute}"

    def validated(self) -> list[Event]:
        """The events as our own types. Refused 400 names event and path as they stood in the request."""
        body = json.dumps([own.event for _, own in self._own]).encode()
        try:
            return EVENTS.validate_json(body)
        except ValidationError as error:
            found = error.errors(include_url=False, include_context=False)
            raise refused([self._problem(each) for each in found]) from error

    def _problem(self, error: Any) -> Problem:
        index, *steps = error["loc"] or (0,)
        value = error.get("input")
        shown = "" if isinstance(value, dict | list | bytes) else str(value)[:_SHOWN]
        if not self._own or not isinstance(index, int):
            return Problem("body", str(error["msg"]), shown)
        at, own = self._own[index]
        steps = [step for step in steps if not (isinstance(step, str) and step.startswith(_OWN))]
        message, event_id = str(error["msg"]), str(own.event.get("id", ""))
        if own.part and steps[:1] == ["data"] and len(steps) > 1:
            mapping = own.part.partition("/")[0]
            told = f"{steps[1]}: {message} (event_mappings[{mapping}])"
            return Problem(self.place(index, str(steps[1])), told, shown, event_id)
        return Problem(path((at, *steps)), message, shown, event_id)


def translated(body: bytes, configuration: Configuration) -> Origins | None:
    """The request's events as our own, None when it holds nothing but our own types and the plain reader may say what is wrong.

    Refused 400 for every event whose envelope, data or mapping does not hold.
    """
    try:
        document = from_json(body, allow_inf_nan=False)
    except ValueError:
        return None
    entries = document if isinstance(document, list) else [document]
    if not all(isinstance(entry, dict) for entry in entries) or not any(map(_foreign, entries)):
        return None
    mappings = Mappings(configuration.event_mappings)
    problems: list[Problem] = []
    own: list[tuple[int, Own]] = []
    for index, event in enumerate(entries):
        own += [(index, each) for each in _own(event, f"[{index}]", mappings, problems)]
    if problems:
        raise refused(problems)
    return Origins(own)


def _foreign(event: Mapping[str, Any]) -> bool:
    type = event.get("type")
    other = isinstance(type, str) and not type.startswith(_OWN)
    return other or "data_base64" in event or event.get("specversion") != "1.0"


def _own(event: dict[str, Any], at: str, mappings: Mappings, problems: list[Problem]) -> list[Own]:
    before = len(problems)
    _check_envelope(event, at, problems)
    if len(problems) > before:
        return []
    event = _decoded(event, at, problems)
    if event["type"].startswith(_OWN):
        return [Own(event, "", {})]
    if not mappings.fitting(event):
        known = ", ".join([*(f"{_OWN}{name}" for name in _TYPES), *mappings.types])
        message = (
            f"no event mapping fits this type from source {event['source'][:_SHOWN]}; read are {known}; "
            "add an entry with this type under event_mappings"
        )
        problems.append(Problem(f"{at}.type", message, event["type"][:_SHOWN], event["id"]))
        return []
    return mappings.own(event, at, problems)


def _check_envelope(event: Mapping[str, Any], at: str, problems: list[Problem]) -> None:
    id = event.get("id") if isinstance(event.get("id"), str) else ""
    version = event.get("specversion")
    if version != "1.0":
        message = "only CloudEvents 1.0 is read; set specversion to 1.0" if version else "add specversion: 1.0"
        problems.append(Problem(f"{at}.specversion", message, str(version or "")[:_SHOWN], str(id)))
    for name in ("id", "source", "type"):
        value = event.get(name)
        if not isinstance(value, str) or not 1 <= len(value) <= _LONGEST:
            message = f"give the event's {name}: text of 1 to {_LONGEST} characters"
            shown = str(value)[:_SHOWN] if isinstance(value, str | int | float) else ""
            problems.append(Problem(f"{at}.{name}", message, shown, str(id)))
    if "data" in event and event.get("data_base64") is not None:
        problems.append(Problem(f"{at}.data_base64", "an event has data or data_base64, not both", "", str(id)))


def _decoded(event: dict[str, Any], at: str, problems: list[Problem]) -> dict[str, Any]:
    """The event with data_base64 as data, where its content is JSON; other content stays unread."""
    encoded = event.get("data_base64")
    rest = {name: value for name, value in event.items() if name != "data_base64"}
    if encoded is None:
        return rest
    try:
        content = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError, TypeError):
        problems.append(Problem(f"{at}.data_base64", "is not base64", "", event["id"]))
        return rest
    if not is_json(str(event.get("datacontenttype") or "")):
        return rest
    try:
        return rest | {"data": from_json(content, allow_inf_nan=False)}
    except ValueError:
        problems.append(Problem(f"{at}.data_base64", "is not JSON, as its datacontenttype says", "", event["id"]))
        return rest
