"""What a mask can get wrong: two ways of finding values or none, a pattern the engine cannot run, a business key."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase

from domain.masking import Mask, MaskAction
from domain.pattern_checks import beyond_re2
from domain.references import BUILT_IN_KEY_TYPES
from domain.source import Place, Source

_WAYS = ("key", "pattern", "built_in")


def check_mask(source: Source, place: Place, entry: Mask) -> None:
    given = [name for name in _WAYS if getattr(entry, name) is not None]
    if not given:
        source.problem(place, "finds nothing", "Give key, pattern or built_in")
    elif len(given) > 1:
        source.problem((*place, given[1]), f"is given beside {given[0]}", "Keep one of them, or make two masks")
    if entry.action is not MaskAction.REDACT and entry.key is None:
        source.problem((*place, "action"), "is for masks by key", "Remove it: what a pattern finds is replaced by the mask's id")
    if entry.pattern is not None:
        _pattern(source, (*place, "pattern"), entry.pattern)
    if entry.key is not None:
        _key(source, (*place, "key"), entry.key)


def _pattern(source: Source, place: Place, pattern: str) -> None:
    try:
        compiled = re.compile(pattern)
    except re.error as error:
        source.problem(place, f"is not a regular expression: {error}", "Put the pattern in single quotes and escape . ( [ +")
        return
    if beyond_re2(pattern):
        source.problem(place, "uses a form that RE2 has not", "Match the text around it instead of looking around")
    elif compiled.search("") is not None:
        source.problem(place, "matches where there is nothing", "Use + instead of *, or name a part that must be there")


def _key(source: Source, place: Place, key: str) -> None:
    """A business key that is masked could not be looked up any more."""
    named = [e for _, e in source.entries("key_types") if isinstance(e, dict)]
    written = [n for e in named for n in (e.get("attribute"), *_list(e.get("aliases")), e.get("authority_attribute"))]
    known = [*(n for n in written if isinstance(n, str)), *(f"{name}.id" for name in BUILT_IN_KEY_TYPES), "interface.id"]
    for name in known:
        if fnmatchcase(name.lower(), key.lower()):
            source.problem(place, f"covers the business key {name}", "Name the attributes meant; a masked key is found by nobody")
            return


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
