"""Plain values to typed entries; what pydantic refuses becomes a problem in plain words."""

from __future__ import annotations

from typing import Any, get_args

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from domain.configuration import Configuration
from domain.problems import did_you_mean
from domain.source import SINGLE, Place, Source

SECTIONS = tuple(Configuration.model_fields)
_SECRET = frozenset({"url", "username", "password"})
# Error type of pydantic → what to say and what to do. {expected} and the like come from the error itself.
_WORDS = {
    "string_type": ("is not text", "Put the value in quotes"),
    "bool_parsing": ("is not true or false", "Write true or false"),
    "bool_type": ("is not true or false", "Write true or false"),
    "int_parsing": ("is not a whole number", "Write digits only"),
    "int_type": ("is not a whole number", "Write digits only"),
    "int_from_float": ("is not a whole number", "Write digits only"),
    "float_parsing": ("is not a number", "Write a number such as 0.95"),
    "float_type": ("is not a number", "Write a number such as 0.95"),
    "time_parsing": ("is not a time of day", "Write hours and minutes, for example 06:30"),
    "time_type": ("is not a time of day", "Write hours and minutes, for example 06:30"),
    "date_parsing": ("is not a date", "Write year-month-day, for example 2026-11-26"),
    "date_from_datetime_parsing": ("is not a date", "Write year-month-day, for example 2026-11-26"),
    "date_type": ("is not a date", "Write year-month-day, for example 2026-11-26"),
    "tuple_type": ("is not a list", "Start each entry on a line of its own with a dash"),
    "dict_type": ("is not a set of key: value lines", "Indent key: value lines below it"),
    "model_type": ("is not a set of key: value lines", "Indent key: value lines below it"),
    "model_attributes_type": ("is not a set of key: value lines", "Indent key: value lines below it"),
    "timezone_aware": ("has no time zone", "Write an instant with its zone, for example 2027-01-31T00:00:00Z"),
    "less_than_equal": ("is more than {le}", "Write a value up to {le}"),
    "greater_than_equal": ("is less than {ge}", "Write a value from {ge}"),
    "greater_than": ("is not above {gt}", "Write a value above {gt}"),
    "too_short": ("has too few entries ({actual_length})", "Give at least {min_length}"),
    "string_pattern_mismatch": (
        "is not an identifier",
        "Use up to 80 letters, digits, dots, dashes, colons and underscores, starting with a letter or digit",
    ),
}


def typed(source: Source) -> dict[str, Any]:
    """Section → its valid entries (list of (place, entry)), or the one valid value. Mistakes are recorded in `source`."""
    for section in source.sections:
        if section not in SECTIONS:
            source.problem((section,), "is not a known section", did_you_mean(section, list(SECTIONS)))
    return {name: _section(source, name, Configuration.model_fields[name]) for name in SECTIONS}


def _section(source: Source, name: str, field: FieldInfo) -> Any:
    value = source.sections.get(name)
    if name in SINGLE:
        return field.default if value is None else typed_entry(source, (name,), value, field.annotation)
    if value is not None and not isinstance(value, list):
        source.problem((name,), "is not a list", "Start each entry on a line of its own with a dash")
    kind = get_args(field.annotation)[0]
    entries = ((place, typed_entry(source, place, raw, kind)) for place, raw in source.entries(name))
    return [(place, entry) for place, entry in entries if entry is not None]


def typed_entry(source: Source, place: Place, raw: Any, kind: Any) -> Any:
    """`raw` as `kind`, or None with every mistake in it recorded in `source`."""
    try:
        return TypeAdapter(kind).validate_python(raw)
    except ValidationError as error:
        done: set[Place] = set()
        for details in error.errors(include_url=False):
            where = _where(source, place, details)
            # A union reports every branch; the first is enough, for a mapping the one that takes mappings.
            scalar_branch = details["loc"][-1:] in (("str",), ("int",)) and isinstance(source.at(where), dict)
            if where not in done and not scalar_branch:
                done.add(where)
                _explain(source, where, details, kind)
        return None


def _where(source: Source, place: Place, details: ErrorDetails) -> Place:
    """pydantic's location less the names of union branches, which the file does not contain."""
    for depth, step in enumerate(details["loc"]):
        value = source.at(place)
        known = (isinstance(value, dict) and step in value) or (isinstance(value, list) and isinstance(step, int))
        last = depth == len(details["loc"]) - 1
        if known or (last and details["type"] == "missing"):
            place = (*place, step)
    return place


def _explain(source: Source, place: Place, details: ErrorDetails, kind: Any) -> None:
    context = details.get("ctx", {})
    name = str(place[-1])
    secret = context.get("class_name") == "Secret" or (place[0] == "channels" and bool(_SECRET & set(place[2:])))
    match details["type"]:
        case "missing":
            source.problem(place, "is missing", f'Add "{name}: …"')
        case "extra_forbidden":
            known = _keys(details["loc"][:-1], kind)
            source.problem(place, "is not a known key", did_you_mean(name, known))
        case "union_tag_not_found":
            source.problem((*place, "kind"), "is missing", f'Add "kind: …", one of {", ".join(_kinds(kind))}')
        case "union_tag_invalid":
            value = str(source.at((*place, "kind")))
            source.problem((*place, "kind"), f"is not one of {', '.join(_kinds(kind))}", _nearest(value, _kinds(kind)))
        case "enum" | "literal_error":
            choices = str(context["expected"]).replace("'", "").replace(" or ", ", ").split(", ")
            source.problem(place, f"is not one of {', '.join(choices)}", _nearest(str(source.at(place)), choices))
        case "value_error":
            message, _, remedy = str(context["error"]).partition("; ")
            source.problem(place, message.split('" ', 1)[-1], _sentence(remedy or "Correct the value"))
        case "model_type" | "model_attributes_type" if secret:
            source.problem(place, "is a secret written in the file", "Name where it is kept: {env: NAME} or {file: path}")
        case "less_than_equal" if name == "target":
            source.problem(place, "is more than 1", "Write the share, for example 0.995 for 99.5 %")
        case other:
            message, remedy = _WORDS.get(other, (_sentence(details["msg"], upper=False), "Correct the value"))
            source.problem(place, message.format(**context), remedy.format(**context))


def _sentence(text: str, *, upper: bool = True) -> str:
    return (text[:1].upper() if upper else text[:1].lower()) + text[1:]


def _nearest(value: str, choices: list[str]) -> str:
    remedy = did_you_mean(value, choices)
    return remedy if remedy.startswith("Did") else f"Write for example {choices[0]}"


def _models(annotation: Any) -> list[type[BaseModel]]:
    """Every model named in a type, however nested in unions, lists and annotations."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for argument in get_args(annotation) for model in _models(argument)]


def _kinds(annotation: Any) -> list[str]:
    return [get_args(model.model_fields["kind"].annotation)[0] for model in _models(annotation)]


def _keys(location: tuple[Any, ...], kind: Any) -> list[str]:
    """The keys allowed at `location` inside an entry of type `kind`."""
    models = _models(kind)
    for step in location:
        named = [m for m in models if step == m.__name__ or ("kind" in m.model_fields and step in _kinds(m))]
        fields = [f for m in models for n, f in m.model_fields.items() if step in (n, f.alias)]
        models = named or [m for f in fields for m in _models(f.annotation)] or models
    return [field.alias or name for model in models for name, field in model.model_fields.items()]
