"""From what was searched to everything that belongs to it: keys, their traces, the keys on those, and so on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from analytics.context import Context
from analytics.lookup.carried import Name, carried_keys
from analytics.lookup.cursor import Block
from analytics.lookup.rows import StoryKey
from analytics.lookup.together import together
from store.attributes import is_identifying
from store.generations import active_number
from store.query import Query

_FOUND = Query.beside(__file__, "keys_found.sql")
_TRACES = Query.beside(__file__, "traces_of_keys.sql")
_LINKS_BY_KEY = Query.beside(__file__, "links_by_key.sql")
_LINKS_BY_CORRELATION = Query.beside(__file__, "links_by_correlation.sql")
_DOCUMENTS_THERE = Query("lookup/documents_there", "SELECT count() AS n FROM edi_documents")
_DOCUMENTS = Query.beside(__file__, "keys_of_documents.sql")
_TRACE_ID = re.compile(r"[0-9a-fA-F]{32}")
MOST_TRACES = 200
_EXPANDS_UP_TO = 50
_MOST_KEYS = 200


@dataclass(slots=True)
class Reach:
    """What belongs to a story so far.

    `wide`: keys of so much work that the story does not follow them. `traces`: of a searched key that is wide only those of one
    block, newest first; `trace_total` counts all, `next_block` begins after this one (None: there is no other).
    """

    depths: dict[Name, int] = field(default_factory=dict)
    wide: set[Name] = field(default_factory=set)
    traces: dict[str, None] = field(default_factory=dict)
    trace_total: int = 0
    next_block: Block | None = None
    # Keys beside a value that was asked about, so that it is not asked about again.
    beside: dict[str, Sequence[Name]] = field(default_factory=dict)
    generation: int = 0
    has_documents: bool = True
    facilities: set[str] = field(default_factory=set)
    items: set[str] = field(default_factory=set)

    def values(self, key_type: str) -> list[str]:
        """Values of one key type that are the story's own: those searched, and those it follows."""
        return [name[2] for name in self.depths if name[0] == key_type and self.owns(name)]

    def owns(self, name: Name) -> bool:
        return name not in self.wide or self.depths[name] == 0

    @property
    def in_blocks(self) -> bool:
        """Whether the searched key has more traces than one block."""
        return self.trace_total > len(self.traces)

    def story_keys(self) -> tuple[StoryKey, ...]:
        return tuple(StoryKey(*name, depth=depth) for name, depth in self.depths.items())


def reach(context: Context, searched: str, block: Block = Block()) -> Reach:
    """Everything that hangs together with `searched`, through identifying keys, up to the configured depth."""
    story = Reach()
    found = _first(context, story, searched)
    frontier, first = list(found), 0
    if not found and _TRACE_ID.fullmatch(searched):
        story.traces[searched.lower()] = None
        frontier, first = _carried(context, story, [searched.lower()]), 1
        found = _found_or_none(context, frontier)
    for depth in range(first, context.configuration.organisation.story_depth + 1):
        frontier = [n for n in dict.fromkeys(frontier) if n not in story.depths][: _MOST_KEYS - len(story.depths)]
        if not frontier:
            break
        story.depths |= dict.fromkeys(frontier, depth)
        frontier, found = _next(context, story, frontier, found, depth, block)
    story.trace_total = max(story.trace_total, len(story.traces))
    return story


def _first(context: Context, story: Reach, searched: str) -> dict[Name, list[str]]:
    """The keys called `searched`, with traces: from spans, milestones and documents; else those of documents of that control number."""
    story.generation = active_number(context.store)
    story.has_documents = bool(context.store.value(_DOCUMENTS_THERE))
    found, (by_key, too_many), (by_correlation, _), documents = together(
        lambda: _found(context, [searched]),
        lambda: _links(context, story, _LINKS_BY_KEY, [searched]),
        lambda: _links(context, story, _LINKS_BY_CORRELATION, [searched]),
        lambda: _of_documents(context, story, [searched], numbers=True),
    )
    story.wide |= too_many
    story.beside[searched] = [*by_key, *by_correlation, *documents]
    found |= {name: [] for name in story.beside[searched] if name[2] == searched and name not in found}
    return found or _found_or_none(context, documents)


def _next(
    context: Context, story: Reach, frontier: list[Name], found: dict[Name, list[str]], depth: int, block: Block
) -> tuple[list[Name], dict[Name, list[str]]]:
    """Keys one step beyond `frontier`, and the traces of those; adds the traces on the way."""
    followed = [n for n in frontier if depth == 0 or is_identifying(n[0], context.configuration)]
    many = {n for n in followed if len(found.get(n, ())) > _EXPANDS_UP_TO}
    story.wide |= many | (set(frontier) - set(followed))
    narrow = [n for n in followed if n not in many]
    fresh = [t for t in dict.fromkeys(t for n in narrow for t in found.get(n, ())) if t not in story.traces]
    fresh = fresh[: MOST_TRACES - len(story.traces)]
    if depth == 0 and many:
        _add_block(context, story, followed, block)
    else:
        story.traces |= dict.fromkeys(fresh)
    names = [n for n in dict.fromkeys(_beyond(context, story, fresh, narrow)) if n not in story.depths]
    last = depth == context.configuration.organisation.story_depth
    return names, {} if last else _found_or_none(context, [n for n in names if is_identifying(n[0], context.configuration)])


def _beyond(context: Context, story: Reach, traces: list[str], names: list[Name]) -> list[Name]:
    """Keys on `traces`, and those that milestones and documents tie to `names`; nothing is asked twice."""
    known = [beside for value in dict.fromkeys(n[2] for n in names) for beside in story.beside.get(value, ())]
    asked = [n for n in names if n[2] not in story.beside]
    keys = {flow.key for flow in context.configuration.flows}
    carried, (by_key, too_many), (by_correlation, _), documents = together(
        lambda: _carried(context, story, traces),
        lambda: _links(context, story, _LINKS_BY_KEY, [n[2] for n in asked if n[0] in keys]),
        lambda: _links(context, story, _LINKS_BY_CORRELATION, [n[2] for n in asked if n[0] == "correlation"]),
        lambda: _of_documents(context, story, [n[2] for n in asked], numbers=False),
    )
    story.wide |= too_many
    story.beside |= {n[2]: () for n in asked}
    return [*carried, *known, *by_key, *by_correlation, *documents]


def _add_block(context: Context, story: Reach, names: list[Name], block: Block) -> None:
    """One block of the traces of keys that have many."""
    rows = context.store.records(
        _TRACES,
        values=sorted({n[2] for n in names}),
        names=["|".join(n) for n in names],
        before=block.bucket,
        before_trace=block.trace,
        limit=MOST_TRACES + 1,
    )
    inside = rows[:MOST_TRACES]
    story.traces |= dict.fromkeys(str(r["trace"]) for r in inside)
    story.trace_total = max((int(r["total"]) for r in rows), default=0)
    if len(rows) > MOST_TRACES:
        story.next_block = Block(int(inside[-1]["newest"].timestamp()), str(inside[-1]["trace"]))


def _found(context: Context, values: Iterable[str]) -> dict[Name, list[str]]:
    """Keys that have one of `values`, with at most 51 of their traces."""
    wanted = sorted(set(values))
    rows = context.store.records(_FOUND, values=wanted) if wanted else []
    return {(r["key_type"], r["authority"], r["value"]): sorted(r["traces"]) for r in rows}


def _found_or_none(context: Context, names: Iterable[Name]) -> dict[Name, list[str]]:
    """`names` with their traces, empty where no span carries the key."""
    wanted = list(names)
    found = _found(context, [n[2] for n in wanted])
    return {name: found.get(name, []) for name in wanted}


def _carried(context: Context, story: Reach, traces: list[str]) -> list[Name]:
    """Every key on the spans of `traces`; remembers the facilities and items seen."""
    names, facilities, items = carried_keys(context, traces) if traces else ([], frozenset[str](), frozenset[str]())
    story.facilities |= facilities
    story.items |= items
    return names


def _of_documents(context: Context, story: Reach, values: Iterable[str], *, numbers: bool) -> list[Name]:
    """Keys on the X12 documents that carry one of `values`, with `numbers` also as a control number."""
    wanted = sorted(set(values)) if story.has_documents else []
    given = {"values": wanted, "numbers": int(numbers), **context.scope.parameters()}
    rows = context.store.records(_DOCUMENTS, **given) if wanted else []
    return [(r["key_type"], r["authority"], r["value"]) for r in rows]


def _links(context: Context, story: Reach, query: Query, values: Iterable[str]) -> tuple[list[Name], set[Name]]:
    """Keys that milestones tie to `values`, and those tied to too many correlation ids to follow."""
    wanted = sorted(set(values))
    flows = {f.id: f.key for f in context.configuration.flows}
    given: dict[str, Any] = {"values": wanted, **context.scope.parameters()}
    if query is _LINKS_BY_KEY:
        given |= {"flows": sorted(flows), "generation": story.generation}
    names: list[Name] = []
    wide: set[Name] = set()
    for row in context.store.records(query, **given) if wanted else ():
        name = (flows.get(row["flow"], row["flow"]), row["authority"], row["key"])
        names.append(name)
        if len(row["correlations"]) > _EXPANDS_UP_TO:
            wide.add(name)
        else:
            names += [("correlation", "", c) for c in row["correlations"]]
    return names, wide
