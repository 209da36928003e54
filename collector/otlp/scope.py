"""What a request says it is about: looked into only for senders whose key is limited to interfaces or facilities."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from collector.keys import Sender, check_scope
from collector.otlp.signals import Form
from domain.configuration import Configuration
from store.attributes import attributes_of


def check(sender: Sender, configuration: Configuration, form: Form, message: Any) -> None:
    """Refused 403 when a resource, scope or record of the parsed request names an interface or facility that is not the sender's."""
    interfaces = frozenset(attributes_of("interface_id", configuration))
    facilities = frozenset(attributes_of("facility_id", configuration))
    found: dict[bool, set[str]] = {True: set(), False: set()}
    for pair in _pairs(form, message):
        if pair.key in interfaces or pair.key in facilities:
            found[pair.key in interfaces].update(_texts(pair.value))
    check_scope(sender, found[True], found[False])


def _pairs(form: Form, message: Any) -> Iterator[Any]:
    """Every attribute that may become a key: of resources, scopes, and records or their points."""
    for group in getattr(message, form.groups):
        yield from group.resource.attributes
        for scope in getattr(group, form.scopes):
            yield from scope.scope.attributes
            for record in getattr(scope, form.records):
                for part in _points(record) if form.records == "metrics" else (record,):
                    yield from part.attributes


def _points(metric: Any) -> Any:
    kind = metric.WhichOneof("data")
    return getattr(metric, kind).data_points if kind else ()


def _texts(value: Any) -> Iterator[str]:
    """The text a value becomes as a key; each of an array's, since one of them may."""
    kind = value.WhichOneof("value")
    if kind == "array_value":
        for each in value.array_value.values:
            yield from _texts(each)
    elif kind is not None:
        yield str(getattr(value, kind))
