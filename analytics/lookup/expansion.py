"""From what was searched to everything that belongs to it: keys, their traces, the keys on those, and so on."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from analytics.context import Context
from analytics.lookup.rows import StoryKey
from domain.configuration import Configuration
from store.attributes import COLUMN_OF_KEY, attributes_of, indexed_keys, is_identifying
from store.query import Query

_FOUND = Query.beside(__file__, "keys_found.sql")
_TRACES = Query.beside(__file__, "traces_of_keys.sql")
_KEYS = Query.beside(__file__, "keys_of_traces.sql")
_LINKS = Query.beside(__file__, "links_of_milestones.sql")
_DOCUMENTS = Query.beside(__file__, "keys_of_documents.sql")
_TRACE_ID = re.compile(r"[0-9a-fA-F]{32}")
MOST_TRACES = 200
_EXPANDS_UP_TO = 50
_MOST_KEYS = 200

Name = tuple[str, str, str]  # key type, issuing authority, value


@dataclass(slots=True)
class Reach:
    """What belongs to a story so far. `wide`: keys of so much work that the story does not follow them."""

    depths: dict[Name, int] = field(default_factory=dict)
    wide: set[Name] = field(default_factory=set)
    traces: dict[str, None] = field(default_factory=dict)

    def values(self, key_type: str) -> list[str]:
        """Values of one key type the story follows."""
        return [name[2] for name in self.depths if name[0] == key_type and name not in self.wide]

    def story_keys(self) -> tuple[StoryKey, ...]:
        return tuple(StoryKey(*name, depth=depth) for name, depth in self.depths.items())


def reach(context: Context, searched: str) -> Reach:
    """Everything that hangs together with `searched`, through identifying keys, up to the configured depth."""
    found = Reach()
    frontier = _named(context, [searched])
    if _TRACE_ID.fullmatch(searched):
        found.traces[searched.lower()] = None
        frontier += _new_keys(context, [searched.lower()])
    for depth in range(context.configuration.organisation.story_depth + 1):
        frontier = [n for n in dict.fromkeys(frontier) if n not in found.depths][: _MOST_KEYS - len(found.depths)]
        if not frontier:
            break
        found.depths |= dict.fromkeys(frontier, depth)
        frontier = _next(context, found, frontier, depth)
    return found


def _next(context: Context, found: Reach, frontier: list[Name], depth: int) -> list[Name]:
    """Keys one step beyond `frontier`; adds the traces on the way."""
    followed = [n for n in frontier if depth == 0 or is_identifying(n[0], context.configuration)]
    counts = _trace_counts(context, [n[2] for n in followed])
    found.wide |= {n for n in followed if counts.get(n, 0) > _EXPANDS_UP_TO} | (set(frontier) - set(followed))
    narrow = [n for n in followed if n not in found.wide]
    fresh = _traces(context, narrow if depth else followed, MOST_TRACES - len(found.traces))
    fresh = [t for t in fresh if t not in found.traces]
    found.traces |= dict.fromkeys(fresh)
    linked, too_many = _linked(context, narrow)
    found.wide |= too_many
    return [*_new_keys(context, fresh if narrow or depth else []), *linked]


def _named(context: Context, values: Iterable[str]) -> list[Name]:
    """The keys that have one of `values`, from spans, milestones and documents; else those of documents of that control number."""
    names = list(_trace_counts(context, values))
    linked, _ = _links(context, values)
    documents = _of_documents(context, values, numbers=True)
    names += [n for n in dict.fromkeys([*linked, *documents]) if n[2] in set(values) and n not in names]
    return names or documents


def _trace_counts(context: Context, values: Iterable[str]) -> dict[Name, int]:
    wanted = sorted(set(values))
    rows = context.store.records(_FOUND, values=wanted) if wanted else []
    return {(r["key_type"], r["authority"], r["value"]): r["traces"] for r in rows}


def _traces(context: Context, names: list[Name], limit: int) -> list[str]:
    if not names or limit <= 0:
        return []
    written = ["|".join((key_type, authority, value)) for key_type, authority, value in names]
    rows = context.store.records(_TRACES, values=sorted({n[2] for n in names}), names=written, limit=limit)
    return [str(r["trace"]) for r in rows]


def _new_keys(context: Context, traces: list[str]) -> list[Name]:
    if not traces:
        return []
    carried = [(t, issuer or "", _attributes(t, context.configuration)) for t, issuer in indexed_keys(context.configuration)]
    rows = context.store.records(
        _KEYS,
        traces=traces,
        types=[c[0] for c in carried],
        issuers=[c[1] for c in carried],
        attributes=[c[2] for c in carried],
        **context.scope.parameters(),
    )
    return [(r["key_type"], r["authority"], r["value"]) for r in rows]


def _attributes(key_type: str, configuration: Configuration) -> list[str]:
    if key_type in COLUMN_OF_KEY:
        return list(attributes_of(COLUMN_OF_KEY[key_type], configuration))
    return [name for t in configuration.key_types if t.id == key_type for name in (t.attribute, *t.aliases)]


def _linked(context: Context, names: list[Name]) -> tuple[list[Name], set[Name]]:
    """Keys that milestones and documents tie to `names`, and those tied to too much to follow."""
    if not names:
        return [], set()
    values = [n[2] for n in names]
    linked, wide = _links(context, values)
    return [*linked, *_of_documents(context, values, numbers=False)], wide


def _of_documents(context: Context, values: Iterable[str], *, numbers: bool) -> list[Name]:
    """Keys on the X12 documents that carry one of `values`, with `numbers` also as a control number."""
    given = {"values": sorted(set(values)), "numbers": int(numbers), **context.scope.parameters()}
    return [(r["key_type"], r["authority"], r["value"]) for r in context.store.records(_DOCUMENTS, **given)]


def _links(context: Context, values: Iterable[str]) -> tuple[list[Name], set[Name]]:
    """Keys that milestones tie to `values`, and those tied to too many correlation ids to follow."""
    flows = {f.id: f.key for f in context.configuration.flows}
    given = {"values": sorted(set(values)), "flows": sorted(flows), **context.scope.parameters()}
    names: list[Name] = []
    wide: set[Name] = set()
    for row in context.store.records(_LINKS, **given):
        name = (flows.get(row["flow"], row["flow"]), row["authority"], row["key"])
        names.append(name)
        if len(row["correlations"]) > _EXPANDS_UP_TO:
            wide.add(name)
        else:
            names += [("correlation", "", c) for c in row["correlations"]]
    return names, wide
